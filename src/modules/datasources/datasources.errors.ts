import { DomainError, InvalidFields, NotFound } from '#common/errors';
import { OUTBOUND_FAILURES } from '#common/http';
import { ANSWER_FAILURES } from '#modules/providers';
import { FILE_FAILURES } from './file.errors.js';
import { PAGE_FAILURES } from './page.errors.js';

/** There is no such source in this workspace. */
export class DatasourceNotFound extends NotFound {
  constructor() {
    super('The data source');
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
    super(SyncInterrupted.code, SyncInterrupted.kind, 'The process ended before the sync was done.');
  }
}

/** Reading the page may work in a moment: the server is overloaded or broken. */
export class PageServerFailing extends DomainError {
  static readonly code = 'datasources.page_server_failing';
  static readonly kind = 'unavailable';
  constructor(status: number) {
    super(
      PageServerFailing.code,
      PageServerFailing.kind,
      `The server of the page failed (status ${status}).`,
    );
  }
}

/** In how many ways a sync can fail: the fetch, the page or file itself, or the model that embeds it. */
export const SYNC_FAILURES = [
  ...OUTBOUND_FAILURES,
  ...PAGE_FAILURES,
  ...FILE_FAILURES,
  ...ANSWER_FAILURES,
  PageServerFailing,
  SyncInterrupted,
] as const;
