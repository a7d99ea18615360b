import type { Actor } from '#common/access';
import type { RowBatch, RowColumn, RowsWanted } from '#common/rows';
import type { TopicRows } from '#modules/insights';
import { ExportSource, type SourcePlace, type SourceWish } from '../export-source.js';
import type { SourceScope } from '../export.types.js';

/** Topics of a bot, and how much was asked about each. */
export class TopicSource extends ExportSource {
  readonly resource = 'topics';
  readonly permission = { action: 'read', subject: 'Insight' };
  readonly canSince = false;
  readonly filterFields = ['botId', 'from', 'to'] as const;

  constructor(private readonly rows: TopicRows) {
    super();
  }

  async scopeOf(actor: Actor, { filter = {} }: SourceWish): Promise<SourceScope> {
    return { ...(await this.rows.scopeOf(actor, filter)) };
  }

  columns(): Promise<readonly RowColumn[]> {
    return Promise.resolve(this.rows.columns);
  }

  batch({ workspaceId, scope }: SourcePlace, { columns }: RowsWanted): Promise<RowBatch> {
    return this.rows.batch(workspaceId, scope, columns);
  }

  count({ workspaceId, scope }: SourcePlace): Promise<number> {
    return this.rows.count(workspaceId, scope);
  }
}
