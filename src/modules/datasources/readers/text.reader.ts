import { Injectable } from '@nestjs/common';
import type { SourceOrigin } from '../datasources.types.js';
import type { Datasource } from '../entities/datasource.entity.js';
import { DatasourcesRepository } from '../datasources.repository.js';
import { PageExtractor } from '../ports/page-extractor.port.js';
import { type ReadRequest, SourceReader, type SourceReading } from './source-reader.js';

/** Nobody asks for it: it only stands for the name that a text has instead of an address. */
const NO_ADDRESS = 'file:///text.md';

/** Reads a text that was given with the source itself. */
@Injectable()
export class TextReader extends SourceReader {
  readonly type = 'text';
  readonly fields = ['content'] as const;

  constructor(
    private readonly datasources: DatasourcesRepository,
    private readonly extractor: PageExtractor,
  ) {
    super();
  }

  checked({ content }: SourceOrigin): SourceOrigin {
    return content === undefined ? {} : { content };
  }

  /** The first line that has words, without the marks of a heading. */
  nameOf({ content = '' }: SourceOrigin): string {
    const line = /[^\n]*[\p{L}\p{N}][^\n]*/u.exec(content)?.[0] ?? '';
    return (
      line
        .replace(/^[\s#>*-]+/, '')
        .replace(/\s+/g, ' ')
        .trim() || 'Text'
    );
  }

  async read({ id, name }: Datasource, { onFetched }: ReadRequest): Promise<SourceReading> {
    const body = Buffer.from(await this.datasources.contentOf(id));
    onFetched();
    const contentType = 'text/markdown; charset=utf-8';
    const page = await this.extractor.extract({ body, contentType, url: NO_ADDRESS });
    return { page: { ...page, title: name }, version: { bytes: body.length } };
  }
}
