import { Global, Module } from '@nestjs/common';
import { EventOutbox } from './event-outbox.js';
import { OutboxBell } from './outbox-bell.js';
import { OutboxCensus } from './outbox-census.js';
import { OutboxRepository } from './outbox.repository.js';

/** Publishing. `EventsWorkerModule` brings events out. */
@Global()
@Module({
  providers: [EventOutbox, OutboxBell, OutboxCensus, OutboxRepository],
  exports: [EventOutbox, OutboxBell, OutboxRepository],
})
export class EventsModule {}
