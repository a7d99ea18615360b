import { Injectable } from '@nestjs/common';
import { type Statement, UnitOfWork } from '#common/database';
import type { EventDeclaration } from './event-declaration.js';
import { OutboxBell } from './outbox-bell.js';
import { OutboxRepository } from './outbox.repository.js';

/** Where modules announce what has happened. */
@Injectable()
export class EventOutbox {
  constructor(
    private readonly repository: OutboxRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly bell: OutboxBell,
  ) {}

  /**
   * Announces an event as part of the caller's unit of work: it goes out after the commit, not at all after a rollback,
   * and also when the process dies in between. Subscribers may see it more than once.
   */
  async publish<Payload extends object>(
    event: EventDeclaration<Payload>,
    payload: Payload,
    { workspaceId }: { readonly workspaceId: string },
  ): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.repository.add(workspaceId, event.name, payload);
      await this.unitOfWork.afterCommit(() => {
        this.bell.ring();
      });
    });
  }

  /**
   * The same as part of a single statement, where a unit of work would cost too much: a clause for its `with` list.
   * Call `published` when the statement has run.
   *
   * @param from the clause of the statement that has a row if the event has happened.
   */
  publication<Payload extends object>(
    event: EventDeclaration<Payload>,
    payload: Payload,
    { workspaceId, from }: { readonly workspaceId: string; readonly from: string },
  ): Statement {
    return this.repository.addition(workspaceId, event.name, payload, from);
  }

  /** Lets what was written by `publication` go out at once. */
  published(): void {
    this.bell.ring();
  }
}
