import type { Actor } from '#common/access';
import type { RowBatch, RowColumn, RowsWanted } from '#common/rows';
import type { UsageRows } from '#modules/providers';
import { ExportSource, type SourcePlace, type SourceWish } from '../export-source.js';
import type { SourceScope } from '../export.types.js';

/** Calls of models, and what they cost. */
export class UsageSource extends ExportSource {
  readonly resource = 'usage';
  readonly permission = { action: 'read', subject: 'Usage' };
  readonly canSince = true;
  readonly filterFields = ['botId', 'model', 'from', 'to'] as const;

  constructor(private readonly rows: UsageRows) {
    super();
  }

  scopeOf(actor: Actor, { filter = {} }: SourceWish): Promise<SourceScope> {
    return Promise.resolve({ ...this.rows.scopeOf(actor, filter) });
  }

  columns(): Promise<readonly RowColumn[]> {
    return Promise.resolve(this.rows.columns);
  }

  batch({ scope }: SourcePlace, wanted: RowsWanted): Promise<RowBatch> {
    return this.rows.batch(scope, wanted);
  }

  count(
    { scope }: SourcePlace,
    wanted: Pick<RowsWanted, 'workspaceId' | 'snapshot' | 'since'>,
    limit: number,
  ): Promise<number> {
    return this.rows.count(scope, wanted, limit);
  }
}
