import { DomainError } from '#common/errors';
import type { HistogramDeclaration } from './metric-declaration.js';
import type { Operation } from './operation-declaration.js';
import type { Labels, Meter } from './ports/meter.port.js';
import type { Facts, Span } from './ports/tracer.port.js';

const OK = 'ok';
const ABORTED = 'aborted';
const INTERNAL = 'internal';

/** One run of an operation, for whoever does the work. */
export interface Run {
  /** Adds what has become known. */
  note(facts: Facts): void;
  /** Says how it ended, where that is not to be told from what it throws. `code` marks it as failed. */
  endAs(outcome: string, code?: string): void;
  /** Measures something on the way, under the labels of the operation that `histogram` has, too. */
  observe(histogram: HistogramDeclaration, seconds: number): void;
}

/** A run that nobody watches. */
export const NO_RUN: Run = {
  note: () => undefined,
  endAs: () => undefined,
  observe: () => undefined,
};

/** A run that is traced, measured, or both. */
export class ObservedRun implements Run {
  readonly #startedAtMs = performance.now();
  #facts: Facts;
  #outcome?: string;
  #hasEnded = false;

  constructor(
    private readonly operation: Operation,
    facts: Facts,
    private readonly span: Span,
    private readonly meter: Meter,
  ) {
    this.#facts = facts;
  }

  note(facts: Facts): void {
    this.#facts = { ...this.#facts, ...facts };
    this.span.tag(facts);
  }

  endAs(outcome: string, code?: string): void {
    this.#outcome = outcome;
    if (code !== undefined) this.span.fail(code);
  }

  observe(histogram: HistogramDeclaration, seconds: number): void {
    const labels = this.#labels();
    this.meter.observe(
      histogram,
      seconds,
      Object.fromEntries(histogram.labels.map((label) => [label, labels[label] ?? ''])),
    );
  }

  within<T>(work: () => T): T {
    return this.span.within(work);
  }

  /** Ends it, as `outcome` unless it was said before how it ended. */
  end(outcome: string = OK): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#outcome ??= outcome;
    const seconds = (performance.now() - this.#startedAtMs) / 1_000;
    this.span.tag({ outcome: this.#outcome });
    this.span.end();
    this.meter.observe(this.operation.seconds, seconds, { ...this.#labels(), outcome: this.#outcome });
  }

  /** Ends it by what was thrown. */
  fail(thrown: unknown): void {
    if (this.#hasEnded) return;
    const code = codeOf(thrown);
    if (code !== ABORTED) this.span.fail(code);
    this.end(code);
  }

  abort(): void {
    this.end(ABORTED);
  }

  #labels(): Labels {
    return Object.fromEntries(
      this.operation.labels.map(([label, fact]) => [label, String(this.#facts[fact] ?? '')]),
    );
  }
}

function codeOf(thrown: unknown): string {
  if (thrown instanceof DomainError) return thrown.code;
  const { name } = (thrown ?? {}) as { readonly name?: unknown };
  return name === 'AbortError' ? ABORTED : INTERNAL;
}
