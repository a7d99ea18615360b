import type { DatasourceType } from '../datasources.types.js';

/**
 * Which passages may be found, by what is known of them. All that is named has to fit; of a list, one. A passage that
 * has nothing of what is named does not fit: a text has no address, and a page is no record.
 */
export interface PassageFilter {
  readonly datasourceIds?: readonly string[];
  readonly sourceTypes?: readonly DatasourceType[];
  /** Primary subtags, as in `de`, of the document's language. */
  readonly languages?: readonly string[];
  /** Beginnings of the document's address. */
  readonly urlPrefixes?: readonly string[];
  /** Beginnings of the path of that address, on whatever host. */
  readonly pathPrefixes?: readonly string[];
  /** In either case. */
  readonly titleContains?: string;
  /** Of uploaded files, as they were called. */
  readonly fileNames?: readonly string[];
  /** A filter of records, as tables take it, over the fields that the source of the table shows. */
  readonly record?: Readonly<Record<string, unknown>>;
}

/** How a bot uses one of its sources. */
export interface SourceTuning {
  readonly datasourceId: string;
  /** The score of its passages is multiplied by it. */
  readonly weight: number;
  /** Its other passages are not there for the bot. */
  readonly filter: PassageFilter | null;
}

/** What of a tuning is to be different; what is left out stays. */
export type TuningChanges = Partial<Pick<SourceTuning, 'weight' | 'filter'>>;

/** A source of a bot. */
export interface Attachment extends SourceTuning {
  readonly attachedAt: Date;
}
