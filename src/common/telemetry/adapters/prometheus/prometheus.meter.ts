import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  type CounterDeclaration,
  declaredMetrics,
  defineGauge,
  type GaugeDeclaration,
  type HistogramDeclaration,
  type MetricDeclaration,
} from '../../metric-declaration.js';
import { type Exposition, type Labels, Meter, type Reading, type Readings } from '../../ports/meter.port.js';
import { KeptReadings } from './kept-readings.js';

/** Tells an outage of the database, too: most readings come from there. */
const readingsUp = defineGauge({
  name: 'colloquy_readings_up',
  help: '1 when the values of this group could be read at the last scrape, else 0 and they are missing.',
  labels: ['readings'],
});

/** Keeps metrics in memory, for Prometheus to fetch. One registry a meter, so that several can live in one process. */
export class PrometheusMeter extends Meter {
  readonly isOn = true;
  readonly #registry = new Registry();
  readonly #histograms = new Map<string, Histogram>();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #readings: KeptReadings[] = [];

  constructor() {
    super();
    collectDefaultMetrics({ register: this.#registry });
  }

  observe(histogram: HistogramDeclaration, seconds: number, labels: Labels): void {
    this.#histogram(histogram).observe(labels, seconds);
  }

  count(counter: CounterDeclaration, labels: Labels): void {
    this.#counter(counter).inc(labels);
  }

  register(readings: Readings): void {
    this.#readings.push(new KeptReadings(readings));
  }

  async expose(): Promise<Exposition> {
    declaredMetrics().forEach((declaration) => {
      if ('buckets' in declaration) this.#histogram(declaration as HistogramDeclaration);
    });
    await this.#refreshAll(this.#readings.filter(({ isLocal }) => isLocal));
    await this.#refreshAll(this.#readings.filter(({ isLocal }) => !isLocal));
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  async #refreshAll(all: readonly KeptReadings[]): Promise<void> {
    await Promise.all(all.map((readings) => this.#refresh(readings)));
  }

  async #refresh(kept: KeptReadings): Promise<void> {
    const values = await kept.get();
    // A gauge that is only reset would say 0 where nothing is known.
    kept.gauges.forEach(({ name }) => {
      this.#registry.removeSingleMetric(name);
      this.#gauges.delete(name);
    });
    values?.forEach((reading) => {
      this.#set(reading);
    });
    this.#set({ gauge: readingsUp, labels: { readings: kept.name }, value: values ? 1 : 0 });
  }

  #set({ gauge, labels = {}, value }: Reading): void {
    this.#gauge(gauge).set(labels, value);
  }

  #histogram(declaration: HistogramDeclaration): Histogram {
    return made(
      this.#histograms,
      declaration,
      (options) => new Histogram({ ...options, buckets: [...declaration.buckets] }),
      this.#registry,
    );
  }

  #counter(declaration: CounterDeclaration): Counter {
    return made(this.#counters, declaration, (options) => new Counter(options), this.#registry);
  }

  #gauge(declaration: GaugeDeclaration): Gauge {
    return made(this.#gauges, declaration, (options) => new Gauge(options), this.#registry);
  }
}

interface InstrumentOptions {
  readonly name: string;
  readonly help: string;
  labelNames: string[];
  registers: Registry[];
}

function made<Instrument>(
  instruments: Map<string, Instrument>,
  { name, help, labels }: MetricDeclaration,
  make: (options: InstrumentOptions) => Instrument,
  registry: Registry,
): Instrument {
  const known = instruments.get(name);
  if (known) return known;
  const instrument = make({ name, help, labelNames: [...labels], registers: [registry] });
  instruments.set(name, instrument);
  return instrument;
}
