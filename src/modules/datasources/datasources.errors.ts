import { DomainError, InvalidFields, NotFound } from '#common/errors';
import { OUTBOUND_FAILURES } from '#common/http';
import { ANSWER_FAILURES, BudgetExhausted } from '#modules/providers';
import type { Reason } from './datasources.types.js';
import { FILE_FAILURES } from './file.errors.js';
import { PAGE_FAILURES } from './page.errors.js';
import { QA_LIMITS } from './qa/qa.types.js';

/** There is no such source in this workspace. */
export class DatasourceNotFound extends NotFound {
  constructor() {
    super('The data source');
  }
}

/** A table was changed each time that a filter of its records was at work. */
export class FilterOutdated extends DomainError {
  static readonly code = 'datasources.filter_outdated';
  static readonly kind = 'conflict';
  constructor() {
    super(FilterOutdated, 'A table was changed while its records were searched. Try again.');
  }
}

/** One of the bots named does not exist in this workspace. */
export class UnknownBot extends InvalidFields {
  constructor() {
    super([{ path: 'botIds', message: 'names a bot that does not exist' }]);
  }
}

/** The sync was ended by the process before it was done; the next attempt starts over. */
export class SyncInterrupted extends DomainError {
  static readonly code = 'datasources.sync_interrupted';
  static readonly kind = 'unavailable';
  constructor() {
    super(SyncInterrupted, 'The process ended before the sync was done.');
  }
}

/** Reading the page may work in a moment: the server is overloaded or broken. */
export class PageServerFailing extends DomainError {
  static readonly code = 'datasources.page_server_failing';
  static readonly kind = 'unavailable';
  constructor(
    readonly status: number,
    /** How long the server asks to be left alone; null when it does not say. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(PageServerFailing, `The server of the page failed (status ${status}).`);
  }
}

/** Not one page of a site could be read: nothing is known of what became of it. */
export class SiteAway extends DomainError {
  static readonly code = 'datasources.site_away';
  static readonly kind = 'invalid';
  constructor(reason?: Reason) {
    const why = reason ? ` The first one failed: ${reason.message}` : '';
    super(SiteAway, `Not one page of the site could be read.${why}`);
  }
}

/** Whether pages of a host may be read cannot be said, because its robots.txt cannot. */
export class RobotsUnreachable extends DomainError {
  static readonly code = 'datasources.robots_unreachable';
  static readonly kind = 'unavailable';
  constructor() {
    super(RobotsUnreachable, 'The robots.txt of the host could not be read, so that its pages may not be.');
  }
}

/**
 * In how many ways a sync can fail: the fetch, the page or file itself, or the model that embeds it and what that may
 * cost.
 */
export const SYNC_FAILURES = [
  ...OUTBOUND_FAILURES,
  ...PAGE_FAILURES,
  ...FILE_FAILURES,
  ...ANSWER_FAILURES,
  BudgetExhausted,
  PageServerFailing,
  SyncInterrupted,
  SiteAway,
  RobotsUnreachable,
] as const;

/** Only sources of the type `qa` are made of questions and answers. */
export class NotQuestions extends DomainError {
  static readonly code = 'datasources.not_questions';
  static readonly kind = 'conflict';
  constructor() {
    super(NotQuestions, 'Only a source of the type qa has questions and answers.');
  }
}

/** A source holds no more questions than that. */
export class TooManyQuestions extends DomainError {
  static readonly code = 'datasources.too_many_questions';
  static readonly kind = 'conflict';
  constructor() {
    const message = `A source holds at most ${QA_LIMITS.items.toLocaleString('en')} questions. Make another one.`;
    super(TooManyQuestions, message);
  }
}
