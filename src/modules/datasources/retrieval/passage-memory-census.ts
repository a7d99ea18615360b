import { Injectable, type OnModuleInit } from '@nestjs/common';
import { defineGauge, Meter, type Reading, type Readings } from '#common/telemetry';
import { PassageMemory } from './passage-memory.js';

const taken = defineGauge({
  name: 'colloquy_passage_memory_bytes',
  help: 'Memory that the passages of bots take which are asked often, roughly. Of this process.',
  labels: [],
});

/** Shows among the metrics how much memory passages take. */
@Injectable()
export class PassageMemoryCensus implements OnModuleInit, Readings {
  readonly name = 'passage_memory';
  readonly gauges = [taken];
  readonly isLocal = true;

  constructor(
    private readonly memory: PassageMemory,
    private readonly meter: Meter,
  ) {}

  onModuleInit(): void {
    this.meter.register(this);
  }

  read(): Promise<readonly Reading[]> {
    return Promise.resolve([{ gauge: taken, value: this.memory.bytes }]);
  }
}
