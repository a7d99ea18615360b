import { Injectable } from '@nestjs/common';
import { OutboundClient } from '#common/http';
import type { SourceOrigin } from '../datasources.types.js';
import type { Datasource } from '../entities/datasource.entity.js';
import { PageExtractor } from '../ports/page-extractor.port.js';
import { ReadPage } from '../use-cases/read-page.js';
import { type ReadRequest, SourceReader, type SourceReading } from './source-reader.js';

/** Reads the page at an address. */
@Injectable()
export class UrlReader extends SourceReader {
  readonly type = 'url';
  readonly fields = ['url'] as const;

  constructor(
    private readonly outbound: OutboundClient,
    private readonly readPage: ReadPage,
    private readonly extractor: PageExtractor,
  ) {
    super();
  }

  checked({ url }: SourceOrigin): SourceOrigin {
    return url === undefined ? {} : { url: this.outbound.checkUrl(url).href };
  }

  nameOf({ url = '' }: SourceOrigin): string {
    const { host, pathname } = new URL(url);
    return `${host}${pathname === '/' ? '' : pathname}`;
  }

  async read({ url }: Datasource, { known, signal, onFetched }: ReadRequest): Promise<SourceReading> {
    const reading = await this.readPage.execute(url ?? '', known, signal);
    if (!reading.modified) return { status: reading.status };
    onFetched();
    const { response, status, version } = reading;
    const page = await this.extractor.extract({
      body: response.body,
      contentType: response.contentType ?? undefined,
      url: response.url,
    });
    return { page, status, version };
  }
}
