import { type DynamicModule, Module } from '@nestjs/common';
import type { AppConfig } from '#config';
import { NoMeter } from './adapters/none/none.meter.js';
import { NoTracer } from './adapters/none/none.tracer.js';
import { Operations } from './operations.js';
import { Meter } from './ports/meter.port.js';
import { Tracer } from './ports/tracer.port.js';

/** What traces and measures a process. */
export interface Telemetry {
  readonly tracer: Tracer;
  readonly meter: Meter;
}

/** Nothing is traced and nothing measured. */
export const NO_TELEMETRY: Telemetry = { tracer: new NoTracer(), meter: new NoMeter() };

/** What the settings ask for. Libraries of what they do not ask for are not even loaded. */
export async function telemetryFor({ logging, metrics }: AppConfig): Promise<Telemetry> {
  return {
    tracer: logging.traceEnabled ? await datadogTracer() : new NoTracer(),
    meter: metrics.token ? await prometheusMeter() : new NoMeter(),
  };
}

async function datadogTracer(): Promise<Tracer> {
  const { DatadogTracer } = await import('./adapters/datadog/datadog.tracer.js');
  return new DatadogTracer();
}

async function prometheusMeter(): Promise<Meter> {
  const { PrometheusMeter } = await import('./adapters/prometheus/prometheus.meter.js');
  return new PrometheusMeter();
}

/** Tracing and measuring, for every module. */
@Module({})
export class TelemetryModule {
  static with({ tracer, meter }: Telemetry): DynamicModule {
    return {
      module: TelemetryModule,
      global: true,
      providers: [{ provide: Tracer, useValue: tracer }, { provide: Meter, useValue: meter }, Operations],
      exports: [Tracer, Meter, Operations],
    };
  }
}
