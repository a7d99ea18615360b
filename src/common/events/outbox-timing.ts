/** How the outbox is emptied, in milliseconds. Tests shorten it. */
export class OutboxTiming {
  /** How often a process looks for events that others published, or that are due again. */
  readonly pollMs: number = 1_000;

  /** How long a taken batch is hidden from other processes; far longer than it takes to deliver it. */
  readonly leaseMs: number = 60_000;

  /** Pause after the first failed delivery; doubles from then on. */
  readonly backoffMs: number = 1_000;

  /** The longest pause between two deliveries. */
  readonly maxBackoffMs: number = 600_000;

  /** How long an event that went out is kept. */
  readonly keepMs: number = 86_400_000;

  /** How often old events are removed. */
  readonly purgeMs: number = 3_600_000;

  constructor(overrides: Partial<OutboxTiming> = {}) {
    Object.assign(this, overrides);
  }
}
