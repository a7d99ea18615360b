import type { Actor } from '#common/access';
import type { RowBatch, RowColumn, RowsWanted } from '#common/rows';
import type { ConversationRows } from '#modules/conversations';
import { ExportSource, type SourcePlace, type SourceWish } from '../export-source.js';
import type { ExportFormatName, SourceScope } from '../export.types.js';

/** What a record of a conversation does not have, since it holds the messages themselves. */
const NOT_IN_RECORDS: readonly string[] = ['messageCount'];

/** Conversations, and what was said in them. */
export class ConversationSource extends ExportSource {
  readonly permission = { action: 'read', subject: 'Conversation' };
  readonly canSince = true;
  readonly filterFields = 'all';

  constructor(
    readonly resource: 'conversations' | 'messages' | 'pairs' | 'feedback',
    private readonly rows: ConversationRows,
  ) {
    super();
  }

  async scopeOf(actor: Actor, { filter = {} }: SourceWish): Promise<SourceScope> {
    return { ...(await this.rows.scopeOf(actor, filter)) };
  }

  columns(): Promise<readonly RowColumn[]> {
    return Promise.resolve(this.rows.columns(this.resource));
  }

  batch({ scope }: SourcePlace, wanted: RowsWanted): Promise<RowBatch> {
    return this.rows.batch(this.resource, scope, wanted);
  }

  count(
    { scope }: SourcePlace,
    wanted: Pick<RowsWanted, 'workspaceId' | 'snapshot' | 'since'>,
    limit: number,
  ): Promise<number> {
    return this.rows.count(this.resource, scope, wanted, limit);
  }

  /** As lines of JSON, conversations are whole: such a file can be imported. */
  override usualColumns(columns: readonly RowColumn[], format: ExportFormatName): readonly RowColumn[] {
    return this.resource === 'conversations' && format === 'jsonl'
      ? columns.filter(({ name }) => !NOT_IN_RECORDS.includes(name))
      : super.usualColumns(columns, format);
  }
}
