import { Injectable, type OnModuleInit } from '@nestjs/common';
import { defineGauge, Meter, type Reading, type Readings } from '#common/telemetry';
import { Circuits } from './circuits.js';

const open = defineGauge({
  name: 'colloquy_provider_circuits_open',
  help: 'Circuits of a provider, a credential and a model each, that are open or being tried again. Of this process.',
  labels: ['provider'],
});

/** Shows among the metrics which providers are not asked just now. */
@Injectable()
export class CircuitCensus implements OnModuleInit, Readings {
  readonly name = 'provider_circuits';
  readonly gauges = [open];

  constructor(
    private readonly circuits: Circuits,
    private readonly meter: Meter,
  ) {}

  onModuleInit(): void {
    this.meter.register(this);
  }

  read(): Promise<readonly Reading[]> {
    const readings = [...this.circuits.openByProvider()].map(([provider, value]) => ({
      ...{ gauge: open, value },
      labels: { provider },
    }));
    return Promise.resolve(readings);
  }
}
