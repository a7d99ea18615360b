import { Injectable, type OnModuleInit } from '@nestjs/common';
import { defineGauge, Meter, type Reading, type Readings } from '#common/telemetry';
import { OutboxRepository } from './outbox.repository.js';

const waiting = defineGauge({
  name: 'colloquy_outbox_waiting',
  help: 'Events that have not gone out yet. Of the whole installation.',
  labels: [],
});

const oldest = defineGauge({
  name: 'colloquy_outbox_oldest_seconds',
  help: 'Age of the oldest event that has not gone out yet; 0 when there is none. Of the whole installation.',
  labels: [],
});

/** Shows what waits in the outbox among the metrics. */
@Injectable()
export class OutboxCensus implements OnModuleInit, Readings {
  readonly name = 'outbox';
  readonly gauges = [waiting, oldest];

  constructor(
    private readonly repository: OutboxRepository,
    private readonly meter: Meter,
  ) {}

  onModuleInit(): void {
    this.meter.register(this);
  }

  async read(): Promise<readonly Reading[]> {
    const { count, oldestSeconds } = await this.repository.countWaiting();
    return [
      { gauge: waiting, value: count },
      { gauge: oldest, value: oldestSeconds },
    ];
  }
}
