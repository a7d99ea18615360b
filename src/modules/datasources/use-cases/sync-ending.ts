import { DomainError } from '#common/errors';
import { JobCancelled, ProcessStopping } from '#common/jobs';
import { SyncInterrupted } from '../datasources.errors.js';
import type { Reason } from '../datasources.types.js';

export const SYNC_CANCELLED = 'datasources.sync_cancelled';

/** Why a sync came to nothing, fit to be shown. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof JobCancelled) return { code: SYNC_CANCELLED, message: 'The sync was cancelled.' };
  const known = error instanceof ProcessStopping ? new SyncInterrupted() : error;
  if (known instanceof DomainError) return { code: known.code, message: known.message };
  return { code: 'internal', message: 'Something went wrong on our side.' };
}

/** How a run ends. */
export function stateOf(reason: Reason): 'failed' | 'cancelled' {
  return reason.code === SYNC_CANCELLED ? 'cancelled' : 'failed';
}
