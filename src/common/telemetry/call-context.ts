import { AsyncLocalStorage } from 'node:async_hooks';

/** What is known of the request or job that is being served: it stands on every log line. */
export interface CallFacts {
  /** Of the request, or of the one that asked for the job. */
  readonly requestId?: string;
  readonly jobId?: string;
  /** The kind of the job. */
  readonly jobType?: string;
}

const NOTHING: CallFacts = {};

// One for the process, as its log is.
const storage = new AsyncLocalStorage<CallFacts>();

/** Serves a call: all that `work` does, and what that does later, is known to belong to it. */
export function serveCall<T>(facts: CallFacts, work: () => T): T {
  return storage.run(facts, work);
}

/** The call that is being served here. */
export function currentCall(): CallFacts {
  return storage.getStore() ?? NOTHING;
}
