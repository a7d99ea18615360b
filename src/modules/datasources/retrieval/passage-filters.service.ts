import { Injectable } from '@nestjs/common';
import { InvalidFields } from '#common/errors';
import { assertFilterShape, TableNotFound } from '#modules/tables';
import { AttachedTables } from '../table/attached-tables.service.js';
import type { AttachedTable } from '../table/table.types.js';
import { type FittingRecords, type Narrowing, narrowingOf, together, withinSource } from './narrowing.js';
import type { PassageFilter, SourceTuning } from './passage-filter.types.js';

/** The filters of one search. */
export interface SearchFilters {
  readonly workspaceId: string;
  readonly botId: string;
  /** Kept with the bot. */
  readonly kept: PassageFilter | undefined;
  /** Given with the question. */
  readonly asked: PassageFilter | undefined;
  readonly tunings: readonly SourceTuning[];
}

/** Turns filters into conditions, with those on records compiled against the tables as they are now. */
@Injectable()
export class PassageFilters {
  constructor(private readonly tables: AttachedTables) {}

  /**
   * @returns null where nothing narrows the search.
   * @throws InvalidFields when the question asks about fields that no table of the bot has. A filter that was kept and
   * whose fields have gone since lets no record through.
   */
  async narrow({ workspaceId, botId, kept, asked, tunings }: SearchFilters): Promise<Narrowing | null> {
    const tuned = tunings.flatMap(({ datasourceId, filter }) => (filter ? [{ datasourceId, filter }] : []));
    const filters = [kept, asked, ...tuned.map(({ filter }) => filter)];
    const needsTables = filters.some((filter) => filter?.record !== undefined);
    const tables = needsTables ? await this.tables.of(workspaceId, botId) : [];
    const narrowings: Narrowing[] = [];
    if (kept) narrowings.push(narrowingOf(kept, await this.#records(workspaceId, tables, kept, null)));
    if (asked)
      narrowings.push(narrowingOf(asked, await this.#records(workspaceId, tables, asked, 'filter.record')));
    for (const { datasourceId, filter } of tuned) {
      const own = tables.filter((table) => table.datasourceId === datasourceId);
      const records = await this.#records(workspaceId, own, filter, null);
      narrowings.push(withinSource(datasourceId, narrowingOf(filter, records)));
    }
    return together(narrowings);
  }

  /** @throws InvalidFields for a filter of records that the table of the source, if it is of one, cannot answer. */
  async assertFits(
    workspaceId: string,
    table: Pick<AttachedTable, 'tableId' | 'view'> | null,
    { record }: PassageFilter,
  ): Promise<void> {
    if (record === undefined) return;
    if (!table)
      throw new InvalidFields([{ path: 'filter.record', message: 'is for sources of tables only' }]);
    await this.tables.selection(workspaceId, table, record, 'filter.record');
  }

  /** Those of every table that has the fields. */
  async #records(
    workspaceId: string,
    tables: readonly AttachedTable[],
    { record }: PassageFilter,
    path: string | null,
  ): Promise<FittingRecords[] | null> {
    if (record === undefined) return null;
    if (path !== null && tables.length === 0) assertFilterShape(record, path);
    const fitting: FittingRecords[] = [];
    let problem: InvalidFields | undefined;
    for (const table of tables) {
      try {
        const ids = await this.tables.selection(workspaceId, table, record, path ?? 'filter.record');
        fitting.push({ datasourceId: table.datasourceId, ids });
      } catch (error) {
        if (error instanceof InvalidFields) problem = error;
        else if (!(error instanceof TableNotFound)) throw error;
      }
    }
    if (problem && path !== null && fitting.length === 0) throw problem;
    return fitting;
  }
}
