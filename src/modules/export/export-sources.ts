import { Injectable } from '@nestjs/common';
import { ConversationRows } from '#modules/conversations';
import { TopicRows } from '#modules/insights';
import { UsageRows } from '#modules/providers';
import { RecordRows } from '#modules/tables';
import type { ExportSource } from './export-source.js';
import type { ExportResource } from './export.types.js';
import { ConversationSource } from './sources/conversation.source.js';
import { TableSource } from './sources/table.source.js';
import { TopicSource } from './sources/topic.source.js';
import { UsageSource } from './sources/usage.source.js';

/** All that can be exported. */
@Injectable()
export class ExportSources {
  readonly #sources: Readonly<Record<ExportResource, ExportSource>>;

  constructor(conversations: ConversationRows, records: RecordRows, usage: UsageRows, topics: TopicRows) {
    this.#sources = {
      conversations: new ConversationSource('conversations', conversations),
      messages: new ConversationSource('messages', conversations),
      pairs: new ConversationSource('pairs', conversations),
      feedback: new ConversationSource('feedback', conversations),
      table: new TableSource(records),
      usage: new UsageSource(usage),
      topics: new TopicSource(topics),
    };
  }

  get(resource: ExportResource): ExportSource {
    return this.#sources[resource];
  }
}
