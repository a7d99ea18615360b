import type { Actor } from '#common/access';
import type { RowBatch, RowColumn, RowsWanted } from '#common/rows';
import type { FilterFields } from '#modules/conversations';
import type { ExportDraft, ExportFormatName, ExportResource, SourceScope } from './export.types.js';

/** What a caller says of the rows of a source. */
export type SourceWish = Pick<ExportDraft, 'filter' | 'tableId' | 'recordFilter'>;

/** Where a source reads. */
export interface SourcePlace {
  readonly workspaceId: string;
  readonly scope: SourceScope;
}

/** Rows of one kind that can be exported. Each is one file in `sources/`, named in `export-sources.ts`. */
export abstract class ExportSource {
  abstract readonly resource: ExportResource;
  /** What one needs besides being allowed to export: to read what is in it. */
  abstract readonly permission: { readonly action: string; readonly subject: string };
  /** Whether it can tell what has changed since a snapshot. */
  abstract readonly canSince: boolean;
  /** What of a filter it knows. */
  abstract readonly filterFields: 'all' | readonly (keyof FilterFields)[];

  /**
   * Checks what is wished for.
   * @throws InvalidFields, NotFound
   */
  abstract scopeOf(actor: Actor, wish: SourceWish): Promise<SourceScope>;
  abstract columns(place: SourcePlace): Promise<readonly RowColumn[]>;
  abstract batch(place: SourcePlace, wanted: RowsWanted): Promise<RowBatch>;
  /** How many rows there are, counted up to a limit. */
  abstract count(
    place: SourcePlace,
    wanted: Pick<RowsWanted, 'workspaceId' | 'snapshot' | 'since'>,
    limit: number,
  ): Promise<number>;

  /** Whether an actor who has the permission may see these rows. */
  isOpenTo(_: Actor, __: SourceScope): boolean {
    return true;
  }

  /** What a file is called, without its ending. */
  title(_: SourcePlace): Promise<string> {
    return Promise.resolve(this.resource);
  }

  /** Those that a file has when nobody says which. */
  usualColumns(columns: readonly RowColumn[], _: ExportFormatName): readonly RowColumn[] {
    return columns.filter(({ isExtra }) => !isExtra);
  }
}
