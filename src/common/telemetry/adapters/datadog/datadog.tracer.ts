import { setTimeout as sleep } from 'node:timers/promises';
import dd, { type Span as DatadogTraceSpan, type SpanContext } from 'dd-trace';
import type { OnApplicationShutdown } from '@nestjs/common';
import { type Facts, type Span, type SpanKind, type SpanStart, Tracer } from '../../ports/tracer.port.js';
import { FLUSH_EVERY_MS } from './start-datadog.js';

/** What Datadog calls the kinds that it shows in ways of their own. */
const TYPES: Readonly<Partial<Record<SpanKind, string>>> = { client: 'http', consumer: 'worker' };

/** Time for the last spans to reach the agent. */
const DELIVERY_MS = 250;

/** Traces with the library that `startDatadog` has started. */
export class DatadogTracer extends Tracer implements OnApplicationShutdown {
  readonly isOn = true;

  start({ name, resource, kind, facts, parent }: SpanStart): Span {
    const childOf = parent === undefined ? dd.scope().active() : remote(parent);
    const span = dd.startSpan(name, {
      ...(childOf ? { childOf } : {}),
      tags: { 'resource.name': resource, 'span.kind': kind, 'span.type': TYPES[kind], ...facts },
    });
    return new DatadogSpan(span);
  }

  traceParent(): string | null {
    return dd.scope().active()?.context().toTraceparent() || null;
  }

  logFields(): object | undefined {
    const span = dd.scope().active();
    if (!span) return undefined;
    const fields = {};
    dd.inject(span, 'log', fields);
    return fields;
  }

  /** Spans leave the process now and then; those of its last moments still have to. */
  async onApplicationShutdown(): Promise<void> {
    await sleep(FLUSH_EVERY_MS + DELIVERY_MS);
  }
}

function remote(traceParent: string | null): SpanContext | null {
  return traceParent === null ? null : dd.extract('text_map', { traceparent: traceParent });
}

class DatadogSpan implements Span {
  constructor(private readonly span: DatadogTraceSpan) {}

  tag(facts: Facts): void {
    this.span.addTags(facts);
  }

  fail(code: string): void {
    this.span.addTags({ error: true, 'error.type': code });
  }

  within<T>(work: () => T): T {
    return dd.scope().activate(this.span, work);
  }

  end(): void {
    this.span.finish();
  }
}
