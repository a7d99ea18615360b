import { Global, Module } from '@nestjs/common';
import { EventOutbox } from './event-outbox.js';
import { OutboxBell } from './outbox-bell.js';
import { OutboxRepository } from './outbox.repository.js';

/** Publishing. `EventsWorkerModule` brings events out. */
@Global()
@Module({
  providers: [EventOutbox, OutboxBell, OutboxRepository],
  exports: [EventOutbox, OutboxBell, OutboxRepository],
})
export class EventsModule {}
