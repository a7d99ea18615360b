/** How often background work looks at its rows, in milliseconds. Tests shorten it. */
export class JobTiming {
  /** A running job says this often that it is alive, and learns that it was cancelled. */
  readonly heartbeatMs: number = 2_000;

  /** A running job that has said nothing for so long is taken over. Several heartbeats, or a busy process loses its work. */
  readonly staleAfterMs: number = 8_000;

  /** How often each process that runs jobs looks for work that nobody carries. */
  readonly sweepMs: number = 2_000;

  /** Progress is written at most this often. */
  readonly progressMs: number = 500;

  /** For so long a job may stand still whose declaration says nothing of it. */
  readonly standstillMs: number = 1_800_000;

  /** How often watched jobs are read, all at once, for what other processes do. */
  readonly watchMs: number = 300;

  /** The longest pause between two attempts. */
  readonly maxBackoffMs: number = 3_600_000;

  /** How often it is tried to write down the end of a job while the database is away. */
  readonly writeAgainMs: number = 500;

  /** How long an aborted handler may take to unwind before its process goes on stopping. */
  readonly unwindMs: number = 1_000;

  constructor(overrides: Partial<JobTiming> = {}) {
    Object.assign(this, overrides);
  }
}
