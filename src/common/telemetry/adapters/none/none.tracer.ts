import { type Span, Tracer } from '../../ports/tracer.port.js';

/** A span that nobody sees. */
export const NO_SPAN: Span = {
  tag: () => undefined,
  fail: () => undefined,
  within: (work) => work(),
  end: () => undefined,
};

/** Traces nothing. */
export class NoTracer extends Tracer {
  readonly isOn = false;

  start(): Span {
    return NO_SPAN;
  }

  traceParent(): null {
    return null;
  }

  logFields(): undefined {
    return undefined;
  }
}
