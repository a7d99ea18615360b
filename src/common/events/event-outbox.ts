import { Injectable } from '@nestjs/common';
import { type Statement, UnitOfWork } from '#common/database';
import type { EventDeclaration } from './event-declaration.js';
import { OutboxBell } from './outbox-bell.js';
import { OutboxRepository } from './outbox.repository.js';

/** How an event is a part of a statement. */
export interface Publication<Known extends string = never> {
  readonly workspaceId: string;
  readonly from: string;
  readonly columns?: Readonly<Record<Known, string>>;
}

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
   * @param columns fields of the payload that only the statement knows: columns of that row by their names.
   */
  publication<Payload extends object, Known extends keyof Payload & string = never>(
    event: EventDeclaration<Payload>,
    payload: Omit<Payload, Known>,
    { workspaceId, from, columns }: Publication<Known>,
  ): Statement {
    const pairs = Object.entries<string>(columns ?? {}).map(([name, column]) => `'${name}', ${column}`);
    const also = pairs.length > 0 ? `jsonb_build_object(${pairs.join(', ')})` : undefined;
    return this.repository.addition(workspaceId, event.name, payload, from, also);
  }

  /** Lets what was written by `publication` go out at once. */
  published(): void {
    this.bell.ring();
  }
}
