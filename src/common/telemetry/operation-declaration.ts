import { defineHistogram, type HistogramDeclaration } from './metric-declaration.js';
import type { Facts, SpanKind } from './ports/tracer.port.js';

/** All that is fixed about one kind of work that is traced and measured. */
export interface OperationOptions {
  /** `noun` or `noun.verb`, unique. The span is `colloquy.<name>`, the metric `colloquy_<name>_seconds`. */
  readonly name: string;
  /** One sentence for whoever reads the page of metrics. */
  readonly help: string;
  /** Labels of the metric and the facts they are taken from; `outcome` is always one. See `MetricDeclaration.labels`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Upper bounds of the metric, ascending, in seconds. */
  readonly buckets: readonly number[];
  /** `internal` unless said otherwise. */
  readonly kind?: SpanKind;
  /** What spans are grouped by: few values. The name of the operation unless said otherwise. */
  readonly resource?: (facts: Facts) => string;
}

export interface Operation {
  readonly name: string;
  readonly kind: SpanKind;
  readonly resource: (facts: Facts) => string;
  readonly labels: readonly (readonly [label: string, fact: string])[];
  readonly seconds: HistogramDeclaration;
}

/**
 * Declares a kind of work.
 *
 * @throws Error when the name is taken.
 */
export function defineOperation({ name, help, labels = {}, buckets, ...span }: OperationOptions): Operation {
  return {
    name,
    kind: span.kind ?? 'internal',
    resource: span.resource ?? (() => name),
    labels: Object.entries(labels),
    seconds: defineHistogram({
      name: `colloquy_${name.replaceAll('.', '_')}_seconds`,
      help,
      labels: [...Object.keys(labels), 'outcome'],
      buckets,
    }),
  };
}
