import { Injectable } from '@nestjs/common';
import { type FieldProblem, InvalidFields } from '#common/errors';
import type { DatasourceDraft, DatasourceType, SourceOrigin } from '../datasources.types.js';
import type { SourceReader } from './source-reader.js';
import { FileReader } from './file.reader.js';
import { TextReader } from './text.reader.js';
import { UrlReader } from './url.reader.js';

const ORIGIN_FIELDS = ['url', 'content'] as const satisfies readonly (keyof SourceOrigin)[];

/** Which reader is for which type of source. */
@Injectable()
export class SourceReaders {
  readonly #readers: ReadonlyMap<DatasourceType, SourceReader>;

  constructor(url: UrlReader, text: TextReader, file: FileReader) {
    this.#readers = new Map([url, text, file].map((reader) => [reader.type, reader]));
  }

  of(type: DatasourceType): SourceReader {
    const reader = this.#readers.get(type);
    if (!reader)
      throw new InvalidFields([{ path: 'type', message: `has no sources that are made like this` }]);
    return reader;
  }

  /** What a new source is made of, checked, with a name. @throws InvalidFields, OutboundError */
  originOf({ type, ...draft }: DatasourceDraft): SourceOrigin & { readonly name: string } {
    const reader = this.of(type);
    const missing = reader.fields.filter((field) => draft[field] === undefined);
    assertNone([
      ...missing.map((path) => ({ path, message: `is required for the type ${type}` })),
      ...foreign(reader, draft),
    ]);
    const origin = reader.checked(draft);
    return { ...origin, name: reader.nameOf(origin).slice(0, 200) };
  }

  /** The fields that are to be different, checked. @throws InvalidFields, OutboundError */
  changedOriginOf(type: DatasourceType, changes: SourceOrigin): SourceOrigin {
    const reader = this.of(type);
    assertNone(foreign(reader, changes));
    return reader.checked(changes);
  }
}

function foreign({ type, fields }: SourceReader, origin: SourceOrigin): FieldProblem[] {
  return ORIGIN_FIELDS.filter((field) => origin[field] !== undefined && !fields.includes(field)).map(
    (path) => ({
      path,
      message: `is no field of the type ${type}`,
    }),
  );
}

function assertNone(problems: readonly FieldProblem[]): void {
  if (problems.length > 0) throw new InvalidFields(problems);
}
