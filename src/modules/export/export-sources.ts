import { Injectable } from '@nestjs/common';
import { ConversationRows } from '#modules/conversations';
import type { ExportSource } from './export-source.js';
import type { ExportResource } from './export.types.js';
import { ConversationSource } from './sources/conversation.source.js';

/** All that can be exported. */
@Injectable()
export class ExportSources {
  readonly #sources: Readonly<Record<ExportResource, ExportSource>>;

  constructor(conversations: ConversationRows) {
    this.#sources = {
      conversations: new ConversationSource('conversations', conversations),
      messages: new ConversationSource('messages', conversations),
      pairs: new ConversationSource('pairs', conversations),
      feedback: new ConversationSource('feedback', conversations),
    };
  }

  get(resource: ExportResource): ExportSource {
    return this.#sources[resource];
  }
}
