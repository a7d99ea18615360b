import { AsyncLocalStorage } from 'node:async_hooks';
import { type Facts, type Span, type SpanStart, Tracer } from '../../src/common/telemetry/index.js';

/** A span as it was recorded. */
export class FakeSpan implements Span {
  readonly facts: Record<string, unknown>;
  failedWith?: string;
  isEnded = false;

  constructor(
    readonly id: string,
    readonly start: SpanStart,
    readonly parent: string | null,
    private readonly active: AsyncLocalStorage<FakeSpan>,
  ) {
    this.facts = { ...start.facts };
  }

  tag(facts: Facts): void {
    Object.assign(this.facts, facts);
  }

  fail(code: string): void {
    this.failedWith = code;
  }

  within<T>(work: () => T): T {
    return this.active.run(this, work);
  }

  end(): void {
    this.isEnded = true;
  }
}

/** Remembers spans and which began within which. */
export class FakeTracer extends Tracer {
  readonly isOn = true;
  readonly spans: FakeSpan[] = [];
  readonly #active = new AsyncLocalStorage<FakeSpan>();

  start(start: SpanStart): Span {
    const parent = start.parent === undefined ? this.traceParent() : start.parent;
    const span = new FakeSpan(`span-${String(this.spans.length + 1)}`, start, parent, this.#active);
    this.spans.push(span);
    return span;
  }

  traceParent(): string | null {
    return this.#active.getStore()?.id ?? null;
  }

  logFields(): object | undefined {
    return undefined;
  }
}
