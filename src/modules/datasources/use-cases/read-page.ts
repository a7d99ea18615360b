import { Injectable } from '@nestjs/common';
import { OutboundClient, type OutboundRequest, type OutboundResponse } from '#common/http';
import { PageServerFailing } from '../datasources.errors.js';
import type { DocumentVersion } from '../entities/document.entity.js';
import { retryAfterMs } from '../site/retry-after.js';
import { PageLoginWall, PageNotFound, PageStatusError } from '../page.errors.js';

const ACCEPT = 'text/html, application/xhtml+xml, text/markdown;q=0.9, text/plain;q=0.8, */*;q=0.1';
const NOT_MODIFIED = 304;
const REDIRECTS = [301, 302, 303, 307, 308];
const MAX_BYTES = 5_000_000;

/** A page that has come, or word that it has not changed since `known`. */
export type PageReading =
  | { readonly modified: false; readonly status: number }
  | {
      readonly modified: true;
      readonly status: number;
      readonly response: OutboundResponse;
      readonly version: DocumentVersion;
    };

/** A page that is to be found elsewhere: an address as the server gave it. */
export interface PageRedirect {
  readonly redirectsTo: string;
  readonly status: number;
}

/** Asks a web server for a page, politely: only for what has changed. */
@Injectable()
export class ReadPage {
  constructor(private readonly outbound: OutboundClient) {}

  /**
   * As `execute`, but where the page leads elsewhere, that is the answer. Takes pages of half the usual size: several
   * are in memory at once.
   */
  async ask(
    url: string,
    known: Partial<DocumentVersion>,
    signal: AbortSignal,
  ): Promise<PageReading | PageRedirect> {
    const request = requestOf(url, known, signal);
    const response = await this.outbound.fetch({ ...request, redirect: 'manual', maxBytes: MAX_BYTES });
    const location = response.headers['location'];
    if (REDIRECTS.includes(response.status) && location !== undefined)
      return { redirectsTo: location, status: response.status };
    return readingOf(response, known);
  }

  /** @throws PageNotFound, PageLoginWall, PageServerFailing, PageStatusError, or an error of the outbound client. */
  async execute(url: string, known: Partial<DocumentVersion>, signal: AbortSignal): Promise<PageReading> {
    return readingOf(await this.outbound.fetch(requestOf(url, known, signal)), known);
  }
}

function requestOf(url: string, known: Partial<DocumentVersion>, signal: AbortSignal): OutboundRequest {
  const headers = {
    accept: ACCEPT,
    ...(known.etag ? { 'if-none-match': known.etag } : {}),
    ...(known.lastModified ? { 'if-modified-since': known.lastModified } : {}),
  };
  return { url, signal, headers };
}

function readingOf(response: OutboundResponse, known: Partial<DocumentVersion>): PageReading {
  const { status, headers, body } = response;
  const asked = known.etag ?? known.lastModified;
  if (status === NOT_MODIFIED && asked) return { modified: false, status };
  assertReadable(response);
  const version = { etag: headers['etag'], lastModified: headers['last-modified'], bytes: body.length };
  return { modified: true, status, response, version };
}

function assertReadable({ status, headers }: OutboundResponse): void {
  if (status >= 200 && status < 300) return;
  if (status === 404 || status === 410) throw new PageNotFound(status);
  if (status === 401 || status === 403) throw new PageLoginWall(status);
  if (status === 429 || status >= 500)
    throw new PageServerFailing(status, retryAfterMs(headers['retry-after'], new Date()));
  throw new PageStatusError(status);
}
