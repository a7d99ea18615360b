import { buffer } from 'node:stream/consumers';
import { Unpackr } from 'msgpackr';
import { LoopbackServer } from './outbound/loopback-server.js';

/** A span as the agent got it. Ids are hexadecimal. */
export interface IntakeSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string;
  readonly name: string;
  readonly resource: string;
  readonly type?: string;
  readonly failed: boolean;
  readonly processId?: number;
  /** What is known of it, texts and numbers alike. */
  readonly tags: Readonly<Record<string, string | number>>;
}

interface WireSpan {
  readonly trace_id: bigint | number;
  readonly span_id: bigint | number;
  readonly parent_id: bigint | number;
  readonly name: string;
  readonly resource: string;
  readonly type?: string;
  readonly error: number;
  readonly meta: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
}

const messages = new Unpackr({ int64AsType: 'bigint', useRecords: false });

/** Stands in for a Datadog agent: takes what tracers send over its HTTP API, version 0.4. */
export class TraceIntake {
  readonly spans: IntakeSpan[] = [];
  /** What was asked for, each route once: `PUT /v0.4/traces`. */
  readonly routes = new Set<string>();
  /** The names of metrics that came by the agent's way to DogStatsD. */
  readonly metrics = new Set<string>();
  #server?: LoopbackServer;

  static async start(): Promise<TraceIntake> {
    const intake = new TraceIntake();
    intake.#server = await LoopbackServer.http(async (request, response) => {
      const body = await buffer(request);
      const { method = '', url = '' } = request;
      intake.routes.add(`${method} ${url}`);
      if (url === '/v0.4/traces' && body.length > 0) intake.#take(messages.unpack(body) as WireSpan[][]);
      if (url === '/dogstatsd/v2/proxy') namesIn(body.toString()).forEach((name) => intake.metrics.add(name));
      response.setHeader('content-type', 'application/json').end('{"rate_by_service":{}}');
    });
    return intake;
  }

  get url(): string {
    return `http://${this.#server?.host ?? ''}`;
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  #take(traces: readonly (readonly WireSpan[])[]): void {
    traces.forEach((trace) => {
      // The upper half of the id stands at one of the spans alone.
      const upper = trace.map(({ meta }) => meta['_dd.p.tid']).find((half) => half !== undefined) ?? '';
      this.spans.push(...trace.map((span) => spanFrom(span, upper)));
    });
  }
}

/** Lines of DogStatsD: `name:value|type|#tags`. */
function namesIn(lines: string): string[] {
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(':', 1)[0] ?? '');
}

function hex(id: bigint | number): string {
  return BigInt.asUintN(64, BigInt(id)).toString(16).padStart(16, '0');
}

function spanFrom(span: WireSpan, upper: string): IntakeSpan {
  const { name, resource, type, meta, metrics } = span;
  return {
    traceId: upper + hex(span.trace_id),
    id: hex(span.span_id),
    parentId: hex(span.parent_id),
    name,
    resource,
    type,
    failed: span.error === 1,
    processId: metrics['process_id'],
    tags: { ...metrics, ...meta },
  };
}
