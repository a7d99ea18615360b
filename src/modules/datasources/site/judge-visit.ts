import { DomainError } from '#common/errors';
import { PageServerFailing } from '../datasources.errors.js';
import type { Reason } from '../datasources.types.js';
import type { DocumentVersion } from '../entities/document.entity.js';
import { PageEmpty, PageNeedsBrowser, PageNotFound, PageNotHtml } from '../page.errors.js';
import type { ExtractedPage } from '../ports/page-extractor.port.js';
import type { FoundPage, SettledPage } from './frontier.repository.js';
import { robotsDirectives } from './robots-directives.js';
import type { SiteScope, Verdict } from './site-scope.js';
import { skipReason, type SkipCode } from './skip-reasons.js';
import { normalUrl } from './url-form.js';
import type { Finding, Visit } from './visit.types.js';

/** How often it is tried to read a page whose server fails. */
const MAX_TRIES = 3;
/** Whoever asks to be left alone is asked again more patiently. */
const MAX_TRIES_OF_PATIENT = 6;
const FIRST_PAUSE_MS = 500;

/** A page that was read and is to be kept, or of which it is known that it has not changed. */
export interface ReadPageContent {
  readonly version?: DocumentVersion;
  /** Missing where the server said that nothing has changed. */
  readonly page?: ExtractedPage;
}

/** What follows from a visit. */
export interface Judgement {
  /** Missing for pages that are to be kept: what became of them shows when they are compared with what is there. */
  readonly settled?: SettledPage;
  readonly content?: ReadPageContent;
  /** Pages of the site that are to be read instead. */
  readonly found: readonly FoundPage[];
  /** Where the page leads, if that may be followed. */
  readonly links?: readonly string[];
}

/** Says what a visit means for the site. */
export function judgeVisit(visit: Visit, scope: SiteScope): Judgement {
  const { finding } = visit;
  switch (finding.kind) {
    case 'unmodified':
      return { content: {}, found: [] };
    case 'disallowed':
      return { settled: skipped(visit, 'datasources.page_disallowed'), found: [] };
    case 'redirect':
      return judgeRedirect(visit, finding.to, scope);
    case 'failure':
      return { settled: failed(visit, finding.error), found: [] };
    case 'page':
      return judgePage(visit, finding, scope);
  }
}

function judgeRedirect(visit: Visit, location: string, scope: SiteScope): Judgement {
  const { url, depth } = visit.page;
  const to = normalUrl(location, url);
  const verdict = to === null ? 'foreign' : scope.judge(to);
  if (to === null || verdict !== 'within')
    return {
      settled: skipped(visit, verdict === 'foreign' ? 'datasources.page_out_of_scope' : codeOf(verdict)),
      found: [],
    };
  return {
    settled: skipped(visit, 'datasources.page_redirected'),
    found: to === url ? [] : [{ url: to, depth }],
  };
}

function judgePage(visit: Visit, finding: Extract<Finding, { kind: 'page' }>, scope: SiteScope): Judgement {
  const { survey, robotsTag, version } = finding;
  const { noIndex, noFollow } = robotsDirectives(robotsTag, survey.directives);
  const links = noFollow ? [] : survey.links;
  if (noIndex) return { settled: skipped(visit, 'datasources.page_not_indexed'), found: [], links };
  const { content } = survey;
  if (content instanceof PageEmpty || content instanceof PageNeedsBrowser)
    return { settled: settledAs(visit, 'skipped', reasonOf(content)), found: [], links };
  if (content instanceof Error) return { settled: failed(visit, content), found: [], links };
  const canonical = canonicalOf(content, visit, scope);
  if (canonical === null) return { content: { version, page: content }, found: [], links };
  return {
    settled: {
      ...settledAs(visit, 'duplicate', skipReason('datasources.page_canonical')),
      canonicalUrl: canonical,
    },
    found: [{ url: canonical, depth: visit.page.depth }],
    links,
  };
}

/**
 * Where a page says that it belongs, if that is another page of the site. Not the front page: a template that names it
 * as the address of every page is a common mistake.
 */
function canonicalOf({ canonicalUrl }: ExtractedPage, { page }: Visit, scope: SiteScope): string | null {
  const canonical = canonicalUrl && page.heedsCanonical ? normalUrl(canonicalUrl) : null;
  if (canonical === null || canonical === page.url || new URL(canonical).pathname === '/') return null;
  return scope.judge(canonical) === 'within' ? canonical : null;
}

function failed(visit: Visit, error: unknown): SettledPage {
  if (error instanceof PageNotFound)
    return visit.known
      ? settledAs(visit, 'gone', reasonOf(error))
      : settledAs(visit, 'failed', reasonOf(error));
  if (error instanceof PageNotHtml) return settledAs(visit, 'skipped', reasonOf(error));
  const waitMs = pauseAfter(visit, error);
  if (waitMs === null) return settledAs(visit, 'failed', reasonOf(error));
  return { ...settledAs(visit, null, null), waitMs, tries: visit.page.tries + 1 };
}

/** How long to wait before the page is tried again; null when that makes no sense. */
function pauseAfter({ page }: Visit, error: unknown): number | null {
  const asked = error instanceof PageServerFailing ? error.retryAfterMs : null;
  const isPassing =
    !(error instanceof DomainError) || error.kind === 'unavailable' || error.kind === 'limited';
  const tries = page.tries + 1;
  if (!isPassing || tries >= (asked === null ? MAX_TRIES : MAX_TRIES_OF_PATIENT)) return null;
  return Math.max(asked ?? 0, FIRST_PAUSE_MS * 2 ** page.tries);
}

function skipped(visit: Visit, code: SkipCode): SettledPage {
  return settledAs(visit, 'skipped', skipReason(code));
}

function codeOf(verdict: Verdict): SkipCode {
  return verdict === 'within' || verdict === 'foreign' ? 'datasources.page_out_of_scope' : verdict;
}

/** What is written of a page. */
export function settledAs(
  { page, known, finding, durationMs }: Visit,
  outcome: SettledPage['outcome'],
  reason: Reason | null,
): SettledPage {
  return {
    ...{ id: page.id, outcome, reason, durationMs, tries: page.tries, waitMs: 0, canonicalUrl: null },
    documentId: known?.id ?? null,
    httpStatus: statusOf(finding),
    bytes: finding.kind === 'page' ? finding.version.bytes : null,
  };
}

function statusOf(finding: Finding): number | null {
  if ('status' in finding) return finding.status;
  const error = finding.kind === 'failure' ? finding.error : null;
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : null;
}

export function reasonOf(error: unknown): Reason {
  if (error instanceof DomainError) return { code: error.code, message: error.message };
  return { code: 'internal', message: 'Something went wrong on our side.' };
}
