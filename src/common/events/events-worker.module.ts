import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { InProcessEventRelay } from './adapters/in-process/in-process.event-relay.js';
import { OutboxDispatcher } from './outbox-dispatcher.js';
import { OutboxTiming } from './outbox-timing.js';
import { EVENT_RELAYS, type EventRelay } from './ports/event-relay.port.js';

/** Brings events out, to the subscribers of this process: the one that runs jobs. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    InProcessEventRelay,
    OutboxDispatcher,
    { provide: OutboxTiming, useValue: new OutboxTiming() },
    { provide: EVENT_RELAYS, inject: [InProcessEventRelay], useFactory: (...relays: EventRelay[]) => relays },
  ],
})
export class EventsWorkerModule {
  /** The same with another timing. */
  static with(timing: Partial<OutboxTiming>): DynamicModule {
    return {
      module: EventsWorkerModule,
      providers: [{ provide: OutboxTiming, useValue: new OutboxTiming(timing) }],
    };
  }
}
