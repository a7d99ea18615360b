import { Injectable } from '@nestjs/common';
import { OutboundClient, type OutboundResponse } from '#common/http';
import { PageServerFailing } from '../datasources.errors.js';
import type { DocumentVersion } from '../entities/document.entity.js';
import { PageLoginWall, PageNotFound, PageStatusError } from '../page.errors.js';

const ACCEPT = 'text/html, application/xhtml+xml, text/markdown;q=0.9, text/plain;q=0.8, */*;q=0.1';
const NOT_MODIFIED = 304;

/** A page that has come, or word that it has not changed since `known`. */
export type PageReading =
  | { readonly modified: false; readonly status: number }
  | {
      readonly modified: true;
      readonly status: number;
      readonly response: OutboundResponse;
      readonly version: DocumentVersion;
    };

/** Asks a web server for a page, politely: only for what has changed. */
@Injectable()
export class ReadPage {
  constructor(private readonly outbound: OutboundClient) {}

  /** @throws PageNotFound, PageLoginWall, PageServerFailing, PageStatusError, or an error of the outbound client. */
  async execute(url: string, known: Partial<DocumentVersion>, signal: AbortSignal): Promise<PageReading> {
    const response = await this.outbound.fetch({
      url,
      signal,
      headers: {
        accept: ACCEPT,
        ...(known.etag ? { 'if-none-match': known.etag } : {}),
        ...(known.lastModified ? { 'if-modified-since': known.lastModified } : {}),
      },
    });
    const { status, headers, body } = response;
    const asked = known.etag ?? known.lastModified;
    if (status === NOT_MODIFIED && asked) return { modified: false, status };
    assertReadable(status);
    const version = { etag: headers['etag'], lastModified: headers['last-modified'], bytes: body.length };
    return { modified: true, status, response, version };
  }
}

function assertReadable(status: number): void {
  if (status >= 200 && status < 300) return;
  if (status === 404 || status === 410) throw new PageNotFound(status);
  if (status === 401 || status === 403) throw new PageLoginWall(status);
  if (status === 429 || status >= 500) throw new PageServerFailing(status);
  throw new PageStatusError(status);
}
