import type { Actor } from '#common/access';
import type { RowBatch, RowColumn, RowsWanted } from '#common/rows';
import { type RecordRows, TableNotFound } from '#modules/tables';
import { ExportSource, type SourcePlace, type SourceWish } from '../export-source.js';
import type { SourceScope } from '../export.types.js';

/** Records of a hosted table. */
export class TableSource extends ExportSource {
  readonly resource = 'table';
  readonly permission = { action: 'read', subject: 'Record' };
  readonly canSince = false;
  readonly filterFields = [];

  constructor(private readonly rows: RecordRows) {
    super();
  }

  async scopeOf(actor: Actor, { tableId = '', recordFilter }: SourceWish): Promise<SourceScope> {
    return { ...(await this.rows.scopeOf(actor, tableId, recordFilter, 'recordFilter')) };
  }

  columns({ workspaceId, scope }: SourcePlace): Promise<readonly RowColumn[]> {
    return this.rows.columns(workspaceId, tableIn(scope));
  }

  batch({ scope }: SourcePlace, wanted: RowsWanted): Promise<RowBatch> {
    return this.rows.batch(scope, wanted);
  }

  count({ workspaceId, scope }: SourcePlace, _: object, limit: number): Promise<number> {
    return this.rows.count(workspaceId, scope, limit);
  }

  override isOpenTo(actor: Actor, scope: SourceScope): boolean {
    return this.rows.isOpenTo(actor, tableIn(scope));
  }

  override title({ workspaceId, scope }: SourcePlace): Promise<string> {
    return this.rows.nameOf(workspaceId, tableIn(scope));
  }
}

function tableIn({ tableId }: SourceScope): string {
  if (typeof tableId !== 'string') throw new TableNotFound();
  return tableId;
}
