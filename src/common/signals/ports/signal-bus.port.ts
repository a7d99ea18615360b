/** What one process tells all others, itself included: that a row has changed, to look at it now. */
export interface Signal {
  /** What has become of it, `turn.stopped`. */
  readonly name: string;
  /** Of the row. */
  readonly id: string;
}

/**
 * Brings hints to every process of an installation, in milliseconds and at most once.
 *
 * A signal may be lost, as while Redis is away, and anybody who reaches Redis can send one: who hears it looks into the
 * database before it acts, and looks there in its own time, too. See docs/adr/0018.
 */
export abstract class SignalBus {
  /** Never throws, never waits for a server. */
  abstract send(signal: Signal): void;

  /** Hears each signal of that name from now on, those of this process too. */
  abstract on(name: Signal['name'], listener: (id: Signal['id']) => void): void;
}
