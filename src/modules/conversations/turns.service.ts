import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { RowFilter } from '#common/access';
import { isDatabaseAway, newId, type Readings, type Statement, Tenancy } from '#common/database';
import { SignalBus } from '#common/signals';
import type { BotPrivacy } from './privacy/privacy.types.js';
import {
  AnswerStopped,
  ConversationBusy,
  ConversationHandedOver,
  ConversationNotFound,
  MessageNotFound,
  NotToBeRetried,
  TurnInterrupted,
} from './conversations.errors.js';
import type { AnswerWishes, ToolUse } from './conversations.types.js';
import { type AnswerFacts, Message } from './entities/message.entity.js';
import type { MessageCitation } from './entities/message-citation.entity.js';
import { ownerOf } from './owner-filter.js';
import { type BegunTurn, type TurnPlace, TurnsRepository } from './turns.repository.js';
import { WhatIsKept } from './privacy/what-is-kept.js';
import { CloseAbandonedTurns } from './use-cases/close-abandoned-turns.js';

const RENEW_EVERY_MS = 2_000;
const LOOK_AGAIN_MS = 150;
const LONGEST_WAIT_MS = 60_000;
const REAP_EVERY_MS = 3_000;
const REAPED_AT_ONCE = 50;
/** An answer has been paid for: while the database is away it is kept in memory for so long. */
const KEEP_TRYING_MS = 25_000;
const KEEP_AGAIN_MS = 500;
const LAST_ANSWERS_MS = 3_000;
/** After an outage of the database, turns that live have so long to say so. */
const GRACE_MS = REAP_EVERY_MS + 2 * RENEW_EVERY_MS;

/** Somebody wants the turn of this id to stop, as its row says. */
const TURN_STOPPED = 'turn.stopped';

/** What is asked, where. */
export interface Question {
  readonly workspaceId: string;
  readonly conversationId: string;
  readonly content: string;
  /** Kept with the question, for whoever answers it again. */
  readonly wishes: AnswerWishes;
  /** The conversations that the actor may speak in. */
  readonly visible: RowFilter;
}

/** A question that people are to answer. */
export interface WaitingQuestion {
  readonly isHandedOver: true;
  readonly botId: string;
  readonly question: Message;
}

/** An answer as it came out. */
export interface Answer {
  readonly id: string;
  readonly content: string;
  readonly status: Message['status'];
  readonly facts: AnswerFacts;
  readonly citations: readonly MessageCitation[];
  readonly toolUses: readonly ToolUse[];
  /** Writes down what was called, whatever becomes of the turn. */
  readonly ledger: Statement;
  /** Announces it in the same transaction; reads the rows of `answer`. */
  readonly announcement: Statement;
}

/** Which failed answer is to be given again. */
export interface Retry {
  readonly workspaceId: string;
  readonly messageId: string;
  /** The conversations that the actor may speak in. */
  readonly visible: RowFilter;
}

/** The right to answer in a conversation. */
export interface Turn extends BegunTurn {
  readonly isHandedOver: false;
  /** Also of the answer to come. */
  readonly id: string;
  /** Aborts when somebody stops the answer. */
  readonly stopped: AbortSignal;
  readonly question: Message;
  /** The question as the model gets it. */
  readonly asked: string;
  /** Keeps the answer and lets others have their turn. @throws TurnInterrupted when the turn was given to others. */
  finish(answer: Answer): Promise<Message>;
  /** Lets go. A turn that was not finished is closed as interrupted once its lease has run out. */
  leave(): void;
}

/** A turn that this process has. */
interface Running {
  readonly stop: AbortController;
  /** Says that it goes on, and looks whether it is to stop. */
  readonly renew: () => void;
}

/**
 * Puts the messages of one conversation in order: a message is taken up when the answer to the one before has been
 * saved, in this process and in all others.
 */
@Injectable()
export class TurnsService implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  readonly #logger = new Logger(TurnsService.name);
  readonly #queues = new Map<string, Promise<void>>();
  readonly #running = new Map<string, Running>();
  #reaper?: NodeJS.Timeout;
  #reapsFrom = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly turns: TurnsRepository,
    private readonly tenancy: Tenancy,
    private readonly signals: SignalBus,
    private readonly closeAbandoned: CloseAbandonedTurns,
    private readonly whatIsKept: WhatIsKept,
  ) {}

  onApplicationBootstrap(): void {
    this.signals.on(TURN_STOPPED, (turnId) => this.#running.get(turnId)?.renew());
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

  /** Turns whose readers were sent away keep what was said; the database must stay open for so long. */
  async beforeApplicationShutdown(): Promise<void> {
    const limit = new AbortController();
    const patience = sleep(LAST_ANSWERS_MS, undefined, { signal: limit.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#queues.values()), patience]);
    limit.abort();
  }

  /**
   * Waits for the turn and keeps the question. Where people answer nobody gets the turn.
   * @param announce gives the statement that tells people of a question that they are to answer; see `WAITING`.
   * @param readings what is read along for the answer, as it is when the turn begins.
   * @throws ConversationNotFound; ConversationBusy after a minute; the signal's reason when the client goes away.
   */
  async begin<Known>(
    { workspaceId, conversationId, content, wishes, visible }: Question,
    gone: AbortSignal,
    announce: (questionId: string) => Statement,
    readings: Readings<Known>,
  ): Promise<(Turn & { readonly known: Known }) | WaitingQuestion> {
    const place: TurnPlace = { workspaceId, conversationId, ownerId: ownerOf(visible) };
    // Who may not see a conversation must not learn, by waiting, that somebody speaks in it.
    if (this.#queues.has(conversationId) && (await this.turns.obstacle(place)) === 'not_found')
      throw new ConversationNotFound();
    const leaveQueue = await this.#enterQueue(conversationId, gone);
    try {
      const id = newId();
      const said = { workspaceId, conversationId, turnId: id, content, wishes };
      const asked = new Message({ ...said, role: 'user', status: 'complete' });
      const kept = await this.whatIsKept.question(workspaceId, conversationId, content);
      const waiting = announce(asked.id);
      const begun = await this.whenFree(place, gone, () =>
        this.turns.begin(place, asked, kept, waiting, readings),
      );
      const question = asked.placeAt(begun.position);
      if (begun.isHandedOver) {
        leaveQueue();
        return { isHandedOver: true, botId: begun.botId, question };
      }
      return {
        id,
        ...begun,
        isHandedOver: false,
        ...this.#knowing(begun, question, kept),
        ...this.#holding(begun, question, leaveQueue),
      };
    } catch (error) {
      leaveQueue();
      throw error;
    }
  }

  /**
   * Takes the turn to answer a question again.
   * @throws MessageNotFound, NotToBeRetried, ConversationHandedOver; ConversationBusy when somebody speaks there.
   */
  async resume({ workspaceId, messageId, visible }: Retry, gone: AbortSignal): Promise<Turn> {
    const id = newId();
    const place = { workspaceId, ownerId: ownerOf(visible) };
    const resumed = await this.turns.resume(place, messageId, id);
    if (!resumed) throw await this.#whyNot(place, messageId);
    const leaveQueue = await this.#enterQueue(resumed.question.conversationId, gone);
    const { question } = resumed;
    return {
      ...{ id, ...resumed, isHandedOver: false, ...this.#knowing(resumed, question, question.content) },
      ...this.#holding(resumed, question, leaveQueue),
    };
  }

  /**
   * Stops an answer that is being given, at once in whichever process; within two seconds where signals are lost.
   * @returns whether it was being given.
   */
  async stop(workspaceId: string, visible: RowFilter, messageId: string): Promise<boolean> {
    const isRunning = await this.turns.requestStop({ workspaceId, ownerId: ownerOf(visible) }, messageId);
    if (isRunning) this.interrupt(messageId);
    return isRunning;
  }

  /** Lets whichever process has the turn know at once that its row says it is to stop. */
  interrupt(turnId: string): void {
    const here = this.#running.get(turnId);
    if (here) here.stop.abort(new AnswerStopped());
    else this.signals.send({ name: TURN_STOPPED, id: turnId });
  }

  /**
   * Waits until nobody has the turn.
   *
   * @param attempt gives null as long as somebody has it.
   * @throws ConversationNotFound; ConversationBusy after a minute; the signal's reason when the client goes away.
   */
  async whenFree<T>(place: TurnPlace, gone: AbortSignal, attempt: () => Promise<T | null>): Promise<T> {
    const deadline = performance.now() + LONGEST_WAIT_MS;
    for (;;) {
      const done = await attempt();
      if (done !== null) return done;
      const obstacle = await this.turns.obstacle(place);
      if (obstacle === 'not_found') throw new ConversationNotFound();
      if (performance.now() > deadline) throw new ConversationBusy();
      if (obstacle === 'expired' && this.#mayClose())
        await this.closeAbandoned.execute(1, place.conversationId);
      else await sleep(LOOK_AGAIN_MS, undefined, { signal: gone });
    }
  }

  async #whyNot(place: Omit<TurnPlace, 'conversationId'>, messageId: string): Promise<Error> {
    const obstacle = await this.turns.retryObstacle(place, messageId);
    if (obstacle === 'not_found') return new MessageNotFound();
    if (obstacle === 'handed_over') return new ConversationHandedOver();
    return obstacle === 'taken' || obstacle === 'expired' ? new ConversationBusy() : new NotToBeRetried();
  }

  /** First come, first served among the requests of this process. */
  async #enterQueue(conversationId: string, gone: AbortSignal): Promise<() => void> {
    const ahead = this.#queues.get(conversationId);
    const { promise: mine, resolve: done } = Promise.withResolvers<void>();
    const tail = ahead ? ahead.then(() => mine) : mine;
    this.#queues.set(conversationId, tail);
    const leave = (): void => {
      done();
      if (this.#queues.get(conversationId) === tail) this.#queues.delete(conversationId);
    };
    try {
      gone.throwIfAborted();
      if (ahead) await waitFor(ahead, gone);
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** What the model is told: the text that is not kept is remembered for a while. */
  #knowing(
    { privacy, history }: BegunTurn,
    question: Message,
    kept: string,
  ): Pick<Turn, 'question' | 'asked' | 'history'> {
    return {
      question,
      asked: privacy.redactForModel ? kept : question.content,
      history: privacy.storage === 'full' ? history : this.whatIsKept.recall(question.conversationId),
    };
  }

  #holding(
    { privacy }: BegunTurn,
    question: Message,
    leaveQueue: () => void,
  ): Pick<Turn, 'finish' | 'leave' | 'stopped'> {
    const stop = new AbortController();
    const renew = (): void => {
      this.#renew(question, stop).catch((error: unknown) => {
        this.#logger.warn({ err: error }, 'A turn could not be renewed');
      });
    };
    this.#running.set(question.turnId, { stop, renew });
    const renewal = setInterval(renew, RENEW_EVERY_MS).unref();
    return {
      stopped: stop.signal,
      finish: (answer) => this.#finish(question, answer, privacy),
      leave: () => {
        clearInterval(renewal);
        this.#running.delete(question.turnId);
        leaveQueue();
      },
    };
  }

  async #renew(question: Message, stop: AbortController): Promise<void> {
    if (await this.turns.renew(question)) stop.abort(new AnswerStopped());
  }

  async #finish(question: Message, answer: Answer, privacy: BotPrivacy): Promise<Message> {
    const { workspaceId, conversationId, turnId } = question;
    const { id, content, status, facts, citations, toolUses, ...statements } = answer;
    const said = { workspaceId, conversationId, turnId, content, status };
    const message = new Message({ ...said, role: 'assistant' }, facts, id);
    const kept = await this.whatIsKept.answer({ content, citations, toolUses }, privacy);
    const trace = privacy.storage === 'full' ? (facts.trace ?? null) : null;
    const keptMessage = Object.assign(
      new Message({ ...said, content: kept.content, role: 'assistant' }, { ...facts, trace }, id),
      { createdAt: message.createdAt },
    );
    const position = await (privacy.storage === 'none'
      ? this.#insistently(
          () => this.turns.finishUnkept(message, statements.ledger),
          () => this.turns.isOver(message),
        ).then((isOver) => isOver && question.position)
      : this.#insistently(
          () => this.turns.finish(keptMessage, { ...kept, ...statements }),
          () => this.turns.findPosition(keptMessage),
        ));
    if (position === null) throw new TurnInterrupted();
    if (privacy.storage !== 'full' && status !== 'error')
      this.whatIsKept.remember(conversationId, question.content, content);
    return message.placeAt(position);
  }

  /**
   * Tries again while the database is away.
   *
   * @param find what a try has done whose end we did not hear of.
   */
  async #insistently<T>(attempt: () => Promise<T | null>, find: () => Promise<T | null>): Promise<T | null> {
    const deadline = performance.now() + KEEP_TRYING_MS;
    for (let isFirst = true; ; isFirst = false) {
      try {
        return (await attempt()) ?? (isFirst ? null : await find());
      } catch (error) {
        if (!isDatabaseAway(error) || performance.now() > deadline) throw error;
        await sleep(KEEP_AGAIN_MS);
      }
    }
  }

  /** Leases run out during an outage, too. */
  #mayClose(): boolean {
    return performance.now() >= this.#reapsFrom;
  }

  async #reap(): Promise<void> {
    const closed = await this.tenancy.runUnbound(async () => {
      // The look comes first: one that fails tells of an outage.
      const isAny = await this.turns.isAnyExpired();
      return isAny && this.#mayClose() ? this.closeAbandoned.execute(REAPED_AT_ONCE) : 0;
    });
    if (closed > 0) this.#logger.warn({ turns: closed }, 'Turns whose process stopped were closed');
  }
}

async function waitFor(ahead: Promise<void>, gone: AbortSignal): Promise<void> {
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
