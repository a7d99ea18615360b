import { Injectable } from '@nestjs/common';
import { type FieldProblem, InvalidFields } from '#common/errors';
import type { DatasourceDraft, DatasourceType, SourceOrigin } from '../datasources.types.js';
import { FileReader } from './file.reader.js';
import { SiteKind } from './site.kind.js';
import { type SourceKind, SourceReader } from './source-reader.js';
import { TableKind } from './table.kind.js';
import { TextReader } from './text.reader.js';
import { UrlReader } from './url.reader.js';

const ORIGIN_FIELDS = [
  'url',
  'content',
  'startUrls',
  'sitemaps',
  'include',
  'exclude',
  'maxDepth',
  'maxPages',
  'perHostConcurrency',
  'delayMs',
  'render',
  'tableId',
  'tableFields',
  'rowTemplate',
] as const satisfies readonly (keyof SourceOrigin)[];

/** Which reader is for which type of source. */
@Injectable()
export class SourceReaders {
  readonly #kinds: ReadonlyMap<DatasourceType, SourceKind>;

  constructor(url: UrlReader, text: TextReader, file: FileReader, site: SiteKind, table: TableKind) {
    this.#kinds = new Map([url, text, file, site, table].map((kind) => [kind.type, kind]));
  }

  /** Of a type whose sources have one document. */
  of(type: DatasourceType): SourceReader {
    const reader = this.#kindOf(type);
    if (!(reader instanceof SourceReader)) throw new Error(`Sources of the type ${type} have no reader.`);
    return reader;
  }

  /** What a new source is made of, checked, with a name. @throws InvalidFields, OutboundError */
  originOf({ type, ...draft }: DatasourceDraft): SourceOrigin & { readonly name: string } {
    const kind = this.#kindOf(type);
    const missing = kind.fields.filter((field) => draft[field] === undefined);
    assertNone([
      ...missing.map((path) => ({ path, message: `is required for the type ${type}` })),
      ...foreign(kind, draft),
    ]);
    const origin = kind.checked(draft);
    return { ...origin, name: kind.nameOf(origin).slice(0, 200) };
  }

  /** The fields that are to be different, checked. @throws InvalidFields, OutboundError */
  changedOriginOf(type: DatasourceType, changes: SourceOrigin): SourceOrigin {
    const kind = this.#kindOf(type);
    assertNone(foreign(kind, changes));
    return kind.checked(changes);
  }

  #kindOf(type: DatasourceType): SourceKind {
    const kind = this.#kinds.get(type);
    if (!kind) throw new InvalidFields([{ path: 'type', message: `has no sources that are made like this` }]);
    return kind;
  }
}

function foreign({ type, fields, optionalFields }: SourceKind, origin: SourceOrigin): FieldProblem[] {
  const own = [...fields, ...optionalFields];
  return ORIGIN_FIELDS.filter((field) => origin[field] !== undefined && !own.includes(field)).map((path) => ({
    path,
    message: `is no field of the type ${type}`,
  }));
}

function assertNone(problems: readonly FieldProblem[]): void {
  if (problems.length > 0) throw new InvalidFields(problems);
}
