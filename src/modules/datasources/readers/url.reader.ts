import { Injectable } from '@nestjs/common';
import { OutboundClient } from '#common/http';
import type { SourceOrigin } from '../datasources.types.js';
import type { Datasource } from '../entities/datasource.entity.js';
import { BrowsePage } from '../use-cases/browse-page.js';
import { ReadPage } from '../use-cases/read-page.js';
import { type ReadRequest, SourceReader, type SourceReading } from './source-reader.js';

/** Reads the page at an address. */
@Injectable()
export class UrlReader extends SourceReader {
  readonly type = 'url';
  readonly fields = ['url'] as const;
  override readonly optionalFields = ['render'] as const;

  constructor(
    private readonly outbound: OutboundClient,
    private readonly readPage: ReadPage,
    private readonly browsePage: BrowsePage,
  ) {
    super();
  }

  checked({ url, render }: SourceOrigin): SourceOrigin {
    return { ...(url !== undefined && { url: this.outbound.checkUrl(url).href }), ...(render && { render }) };
  }

  nameOf({ url = '' }: SourceOrigin): string {
    const { host, pathname } = new URL(url);
    return `${host}${pathname === '/' ? '' : pathname}`;
  }

  async read({ url, render }: Datasource, request: ReadRequest): Promise<SourceReading> {
    const { signal, onFetched } = request;
    const known = render === 'always' ? {} : request.known;
    const reading = await this.readPage.execute(url ?? '', known, signal);
    if (!reading.modified) return { status: reading.status };
    onFetched();
    const { response, status, version } = reading;
    const fetched = {
      ...{ body: response.body, contentType: response.contentType ?? undefined, url: response.url },
    };
    const { read: page, isRendered } = await this.browsePage.extract(fetched, render, signal);
    return { page, status, version: isRendered ? { bytes: version.bytes } : version };
  }
}
