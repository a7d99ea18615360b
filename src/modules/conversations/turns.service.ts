import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { newId, Tenancy, UnitOfWork } from '#common/database';
import { ConversationBusy, TurnInterrupted } from './conversations.errors.js';
import { ConversationsRepository } from './conversations.repository.js';
import type { Conversation } from './entities/conversation.entity.js';
import { Message } from './entities/message.entity.js';
import { MessagesRepository } from './messages.repository.js';
import { TurnsRepository } from './turns.repository.js';

const RENEW_EVERY_MS = 2_000;
const LOOK_AGAIN_MS = 150;
const LONGEST_WAIT_MS = 60_000;
const REAP_EVERY_MS = 3_000;
const REAPED_AT_ONCE = 50;
/** After an outage of the database, turns that live have so long to say so. */
const GRACE_MS = REAP_EVERY_MS + 2 * RENEW_EVERY_MS;

/** The right to answer in a conversation, until it is released. */
export interface Turn {
  readonly id: string;
  release(): Promise<void>;
}

/**
 * Puts the messages of one conversation in order: a message is taken up when the answer to the one before has been
 * saved, in this process and in all others.
 */
@Injectable()
export class TurnsService implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger(TurnsService.name);
  readonly #queues = new Map<string, Promise<void>>();
  #reaper?: NodeJS.Timeout;
  #reapsFrom = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly turns: TurnsRepository,
    private readonly conversations: ConversationsRepository,
    private readonly messages: MessagesRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly tenancy: Tenancy,
  ) {}

  onApplicationBootstrap(): void {
    this.#reaper = setInterval(() => {
      this.#reap().catch((error: unknown) => {
        this.#reapsFrom = performance.now() + GRACE_MS;
        this.#logger.warn({ err: error }, 'Abandoned turns could not be looked for');
      });
    }, REAP_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#reaper);
  }

  /** Waits for the turn. @throws ConversationBusy after a minute, or the signal's reason when the client goes away. */
  async take(conversation: Conversation, gone: AbortSignal): Promise<Turn> {
    const leaveQueue = await this.#enterQueue(conversation.id, gone);
    try {
      const id = newId();
      await this.#takeLease(conversation, id, gone);
      await this.#closeUnanswered(conversation);
      return { id, release: this.#releaser(conversation, id, leaveQueue) };
    } catch (error) {
      leaveQueue();
      throw error;
    }
  }

  /** First come, first served among the requests of this process. */
  async #enterQueue(conversationId: string, gone: AbortSignal): Promise<() => void> {
    const ahead = this.#queues.get(conversationId) ?? Promise.resolve();
    let done: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => {
      done = resolve;
    });
    const tail = ahead.then(() => mine);
    this.#queues.set(conversationId, tail);
    const leave = (): void => {
      done();
      if (this.#queues.get(conversationId) === tail) this.#queues.delete(conversationId);
    };
    try {
      await waitFor(ahead, gone);
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  async #takeLease({ workspaceId, id }: Conversation, turnId: string, gone: AbortSignal): Promise<void> {
    const deadline = performance.now() + LONGEST_WAIT_MS;
    while (!(await this.turns.take(workspaceId, id, turnId))) {
      if (performance.now() > deadline) throw new ConversationBusy();
      await sleep(LOOK_AGAIN_MS, undefined, { signal: gone });
    }
  }

  #releaser({ workspaceId, id }: Conversation, turnId: string, leaveQueue: () => void): () => Promise<void> {
    const renewal = setInterval(() => {
      this.turns.renew(workspaceId, id, turnId).catch((error: unknown) => {
        this.#logger.warn({ err: error }, 'A turn could not be renewed');
      });
    }, RENEW_EVERY_MS).unref();
    return async () => {
      clearInterval(renewal);
      try {
        await this.turns.give(workspaceId, id, turnId);
      } finally {
        leaveQueue();
      }
    };
  }

  /** Gives a question that a dead process left without an answer the answer that there will be none. */
  async #closeUnanswered(conversation: Conversation): Promise<void> {
    const last = await this.messages.last(conversation.id);
    if (last?.role !== 'user') return;
    const { code, message } = new TurnInterrupted();
    const { workspaceId, conversationId, turnId } = last;
    await this.unitOfWork.run(async () => {
      const position = await this.messages.nextPosition(conversation);
      await this.messages.add(
        new Message(
          { workspaceId, conversationId, turnId, position, role: 'assistant', content: '', status: 'error' },
          { answered: false, error: { code, message } },
        ),
      );
    });
  }

  async #reap(): Promise<void> {
    const abandoned = await this.tenancy.runUnbound(() => this.turns.listAbandoned(REAPED_AT_ONCE));
    if (performance.now() < this.#reapsFrom) return;
    for (const { workspaceId, conversationId } of abandoned) {
      await this.tenancy.run(workspaceId, async () => {
        const conversation = await this.conversations.find({ $or: [{ workspaceId }] }, conversationId);
        if (!conversation) return;
        const turn = await this.take(conversation, AbortSignal.timeout(LOOK_AGAIN_MS));
        await turn.release();
      });
    }
  }
}

async function waitFor(ahead: Promise<void>, gone: AbortSignal): Promise<void> {
  gone.throwIfAborted();
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(gone.reason as Error);
    };
    gone.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([ahead, aborted]);
  } finally {
    gone.removeEventListener('abort', stop);
  }
}
