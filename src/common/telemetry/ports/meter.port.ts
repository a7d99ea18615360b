import type { CounterDeclaration, GaugeDeclaration, HistogramDeclaration } from '../metric-declaration.js';

/** Values of a metric's labels. */
export type Labels = Readonly<Record<string, string>>;

/** One value of a gauge. */
export interface Reading {
  readonly gauge: GaugeDeclaration;
  readonly labels?: Labels;
  readonly value: number;
}

/** Values that are looked up only when somebody asks for them. */
export interface Readings {
  /** Names them where they could not be read, for example `jobs`. */
  readonly name: string;
  readonly gauges: readonly GaugeDeclaration[];
  /** Asks nobody outside of the process, and is read before those who do: their questions must not count. */
  readonly isLocal?: boolean;
  /** All values there are just now. May take two seconds; what it gives is kept for five. */
  read(): Promise<readonly Reading[]> | readonly Reading[];
}

/** All metrics as Prometheus reads them. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** Counts and measures what this process does. */
export abstract class Meter {
  /** Whether anything is kept: what would be measured for nothing need not be looked at. */
  abstract readonly isOn: boolean;

  abstract observe(histogram: HistogramDeclaration, seconds: number, labels: Labels): void;

  abstract count(counter: CounterDeclaration, labels: Labels): void;

  abstract register(readings: Readings): void;

  abstract expose(): Promise<Exposition>;
}
