import { Injectable } from '@nestjs/common';
import { InvalidFields } from '#common/errors';
import { ConversationRows } from '#modules/conversations';
import type { ExportSource } from './export-source.js';
import type { ExportResource } from './export.types.js';
import { ConversationSource } from './sources/conversation.source.js';

/** All that can be exported. */
@Injectable()
export class ExportSources {
  readonly #sources: ReadonlyMap<ExportResource, ExportSource>;

  constructor(conversations: ConversationRows) {
    const sources: readonly ExportSource[] = [
      new ConversationSource('conversations', conversations),
      new ConversationSource('messages', conversations),
      new ConversationSource('pairs', conversations),
      new ConversationSource('feedback', conversations),
    ];
    this.#sources = new Map(sources.map((source) => [source.resource, source]));
  }

  /** @throws InvalidFields when there is none yet. */
  get(resource: ExportResource): ExportSource {
    const source = this.#sources.get(resource);
    if (source) return source;
    throw new InvalidFields([{ path: 'resource', message: 'cannot be exported here yet' }]);
  }
}
