/** What is known of a piece of work. Never text of users, prompts, paths, queries or keys. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

export type SpanKind = 'internal' | 'client' | 'consumer';

/** One piece of work in a trace. */
export interface Span {
  /** Adds what has become known. */
  tag(facts: Facts): void;
  /** Marks the work as failed; `code` is a stable code, not a message. */
  fail(code: string): void;
  /** Runs `work` so that what it begins becomes a part of this span. */
  within<T>(work: () => T): T;
  end(): void;
}

/** How a span begins. */
export interface SpanStart {
  readonly name: string;
  readonly resource: string;
  readonly kind: SpanKind;
  readonly facts: Facts;
  /**
   * The `traceparent` of work elsewhere that this one goes on from, `null` for none. When left out, it becomes a part of
   * what is going on here.
   */
  readonly parent?: string | null;
}

/** Tells which work led to which, across processes. */
export abstract class Tracer {
  /** Whether anything is traced. */
  abstract readonly isOn: boolean;

  abstract start(start: SpanStart): Span;

  /** What goes on here, as W3C `traceparent`; `null` when nothing is traced. */
  abstract traceParent(): string | null;

  /** Fields by which a log line is found from its trace, and the other way round. */
  abstract logFields(): object | undefined;
}
