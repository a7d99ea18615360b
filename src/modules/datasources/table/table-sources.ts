import { Injectable } from '@nestjs/common';
import { type FieldProblem, InvalidFields } from '#common/errors';
import { type Field, RecordReader, TableNotFound } from '#modules/tables';
import type { SourceOrigin } from '../datasources.types.js';
import { placesIn } from './print-row.js';
import { RowPassagesRepository } from './row-passages.repository.js';
import type { TableView } from './table.types.js';

/** What must be true of a source and its table together. */
@Injectable()
export class TableSources {
  constructor(
    private readonly reader: RecordReader,
    private readonly rows: RowPassagesRepository,
  ) {}

  /** @returns the name of the table. @throws InvalidFields */
  async nameFor(workspaceId: string, { tableId = '', ...origin }: SourceOrigin): Promise<string> {
    const { name, fields } = await this.reader.table(workspaceId, tableId).catch((error: unknown) => {
      throw error instanceof TableNotFound ? new UnknownTable() : error;
    });
    assertKnown(fields, origin, EVERYTHING);
    return name;
  }

  /** Has the next sync read all of the table. */
  async wantAll(workspaceId: string, datasourceId: string): Promise<void> {
    await this.rows.noteAll(workspaceId, datasourceId);
  }

  /** @param view what is shown now. @throws InvalidFields */
  async assertFits(
    workspaceId: string,
    tableId: string,
    changes: SourceOrigin,
    view: TableView | null,
  ): Promise<void> {
    const { fields } = await this.reader.table(workspaceId, tableId);
    assertKnown(fields, changes, view ?? EVERYTHING);
  }
}

const EVERYTHING: TableView = { fields: null, template: null };

function assertKnown(
  fields: readonly Field[],
  { tableFields, rowTemplate }: SourceOrigin,
  view: TableView,
): void {
  if (tableFields === undefined && rowTemplate === undefined) return;
  const keys = fields.map(({ key }) => key);
  const chosen = tableFields ?? view.fields ?? [];
  const problems = [
    ...unknownOf(tableFields ?? [], keys, 'tableFields'),
    ...unknownOf(
      placesIn(rowTemplate ?? view.template ?? ''),
      chosen.length > 0 ? chosen : keys,
      'rowTemplate',
    ),
  ];
  if (problems.length > 0) throw new InvalidFields(problems);
}

/** A source names a table that is not of this workspace, or gone. */
export class UnknownTable extends InvalidFields {
  constructor() {
    super([{ path: 'tableId', message: 'names a table that does not exist' }]);
  }
}

function unknownOf(keys: readonly string[], known: readonly string[], path: string): FieldProblem[] {
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown === undefined) return [];
  const message = `names a field that does not exist; there ${known.length === 1 ? 'is' : 'are'} ${known.slice(0, 50).join(', ')}`;
  return [{ path, message }];
}
