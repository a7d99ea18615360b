import type { DatasourceType, SourceOrigin } from '../datasources.types.js';
import type { Datasource } from '../entities/datasource.entity.js';
import type { DocumentVersion } from '../entities/document.entity.js';
import type { ExtractedPage } from '../ports/page-extractor.port.js';

/** What is known of the document already, and a stop. */
export interface ReadRequest {
  /** The version that was indexed; nothing where the document is wanted whole. */
  readonly known: Partial<DocumentVersion>;
  readonly signal: AbortSignal;
  /** Told when the content is there, and its text is about to be read. */
  readonly onFetched: () => void;
}

/** A document as its source has it now. */
export interface SourceReading {
  /** Missing where nothing has changed since the known version. */
  readonly page?: ExtractedPage;
  readonly version?: DocumentVersion;
  /** What a web server answered. */
  readonly status?: number;
}

/** What a type of source is made of. */
export abstract class SourceKind {
  abstract readonly type: DatasourceType;
  /** The fields that the type is made of: all of them are needed, and others refused. */
  abstract readonly fields: readonly (keyof SourceOrigin)[];
  /** Fields that may be left out. */
  readonly optionalFields: readonly (keyof SourceOrigin)[] = [];

  /** The fields as they are kept. @throws InvalidFields, OutboundError for what could never be read. */
  abstract checked(origin: SourceOrigin): SourceOrigin;

  /** What a source is called whose maker did not say. */
  abstract nameOf(origin: SourceOrigin): string;
}

/** All that is particular to a type of source which has one document. `SyncDatasource` does the rest. */
export abstract class SourceReader extends SourceKind {
  /** @throws one of `SYNC_FAILURES` */
  abstract read(datasource: Datasource, request: ReadRequest): Promise<SourceReading>;
}
