import { Injectable } from '@nestjs/common';
import { NoMeter } from './adapters/none/none.meter.js';
import { NoTracer } from './adapters/none/none.tracer.js';
import { ObservedIterator, type OnItem } from './observed-iterator.js';
import type { Operation } from './operation-declaration.js';
import { Meter } from './ports/meter.port.js';
import { type Facts, Tracer } from './ports/tracer.port.js';
import { NO_RUN, ObservedRun, type Run } from './run.js';

export interface RunOptions {
  /** See `SpanStart.parent`. */
  readonly parent?: string | null;
}

/**
 * Traces and measures work. Costs next to nothing where neither is wanted.
 *
 * What `work` throws passes through; it makes the outcome its code, `aborted` or `internal`.
 */
@Injectable()
export class Operations {
  /** Whether anybody watches. */
  readonly isOn: boolean;

  constructor(
    private readonly tracer: Tracer,
    private readonly meter: Meter,
  ) {
    this.isOn = meter.isOn || tracer.isOn;
  }

  /** For what is built by hand: nobody watches. */
  static unobserved(): Operations {
    return new Operations(new NoTracer(), new NoMeter());
  }

  async run<T>(
    operation: Operation,
    facts: Facts,
    work: (run: Run) => Promise<T>,
    options?: RunOptions,
  ): Promise<T> {
    if (!this.isOn) return work(NO_RUN);
    const run = this.#begin(operation, facts, options);
    try {
      const result = await run.within(() => work(run));
      run.end();
      return result;
    } catch (error) {
      run.fail(error);
      throw error;
    }
  }

  /**
   * The same for work that gives its result in pieces. It begins with the first piece that is asked for and ends with the
   * last, with a failure, or as `aborted` when the reader leaves.
   *
   * @param onItem sees each piece before the reader does.
   */
  stream<T>(
    operation: Operation,
    facts: Facts,
    source: () => AsyncIterable<T>,
    onItem?: OnItem<T>,
  ): AsyncIterable<T> {
    if (!this.isOn) return source();
    return {
      [Symbol.asyncIterator]: () => new ObservedIterator(this.#begin(operation, facts), source, onItem),
    };
  }

  /** What goes on here, for whoever goes on with it elsewhere. `null` when nothing is traced. */
  traceParent(): string | null {
    return this.tracer.traceParent();
  }

  #begin(operation: Operation, facts: Facts, { parent }: RunOptions = {}): ObservedRun {
    const span = this.tracer.start({
      name: `colloquy.${operation.name}`,
      resource: operation.resource(facts),
      kind: operation.kind,
      facts,
      ...(parent === undefined ? {} : { parent }),
    });
    return new ObservedRun(operation, facts, span, this.meter);
  }
}
