import { setTimeout as sleep } from 'node:timers/promises';
import { JobContinuation, type JobContext } from '#common/jobs';
import { TableBusy } from '../tables.errors.js';

const TRIES = 2;
const PAUSE_MS = 1_000;
const RETURN_AFTER_MS = 5_000;

/** Tries once more what somebody who has the table for long kept from being done. @throws TableBusy */
export async function patiently<T>(context: JobContext, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TableBusy) || tries === TRIES) throw error;
      await sleep(PAUSE_MS);
      context.throwIfCancelled();
    }
  }
}

/** A job that finds its table busy is not done and has not failed: it comes back, and lets others have their turn. */
export async function unlessBusy<T>(work: () => Promise<T>): Promise<T | JobContinuation> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TableBusy)) throw error;
    return new JobContinuation(RETURN_AFTER_MS);
  }
}
