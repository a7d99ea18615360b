/** All that is fixed about one metric. Names begin with `colloquy_` and are explained in docs/operations.md. */
export interface MetricDeclaration {
  readonly name: string;
  /** One sentence for whoever reads the page of metrics. */
  readonly help: string;
  /** Names of its labels. Each has few values, known beforehand: no ids, nothing that a caller makes up. */
  readonly labels: readonly string[];
}

/** How often something took how long. */
export interface HistogramDeclaration extends MetricDeclaration {
  /** Upper bounds, ascending, in seconds. */
  readonly buckets: readonly number[];
}

/** How often something has happened since the process started. */
export type CounterDeclaration = MetricDeclaration;

/** How much of something there is. */
export type GaugeDeclaration = MetricDeclaration;

const declarations = new Map<string, MetricDeclaration>();

function declare<Declaration extends MetricDeclaration>(declaration: Declaration): Declaration {
  if (declarations.has(declaration.name))
    throw new Error(`The metric ${declaration.name} is declared twice.`);
  declarations.set(declaration.name, declaration);
  return declaration;
}

/** @throws Error when the name is taken. */
export function defineHistogram(declaration: HistogramDeclaration): HistogramDeclaration {
  return declare(declaration);
}

/** @throws Error when the name is taken. */
export function defineCounter(declaration: CounterDeclaration): CounterDeclaration {
  return declare(declaration);
}

/** @throws Error when the name is taken. */
export function defineGauge(declaration: GaugeDeclaration): GaugeDeclaration {
  return declare(declaration);
}

/** Every metric that the loaded modules declare. */
export function declaredMetrics(): readonly MetricDeclaration[] {
  return [...declarations.values()];
}
