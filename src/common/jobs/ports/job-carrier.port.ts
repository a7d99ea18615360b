import type { JobTicket } from '../job.types.js';

/**
 * Runs one job.
 *
 * @returns after how many milliseconds the same job wants to be delivered again; null when it does not.
 */
export type DeliverJob = (id: string) => Promise<number | null>;

/**
 * Brings committed jobs to a process that runs them, each queue with its own concurrency.
 *
 * It knows ids and nothing else: the rows are the truth, and what a carrier forgets the sweeper hands over again.
 */
export abstract class JobCarrier {
  /** Takes a job over. A job that it already has is not doubled. Never throws, never waits for a server. */
  abstract offer(ticket: JobTicket): void;

  /** Begins to deliver in this process. */
  abstract start(deliver: DeliverJob): void;

  /** Delivers nothing more in this process; what is being delivered goes on. */
  abstract pause(): Promise<void>;

  /** Lets go of everything, after what was delivered has ended. */
  abstract close(): Promise<void>;

  /** @throws Unavailable when jobs cannot be carried just now. */
  abstract assertReachable(): Promise<void>;
}
