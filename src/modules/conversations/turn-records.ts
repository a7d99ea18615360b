import type { AnsweringModel, MessageStatus, Rating } from './conversations.types.js';

/** A question with its answer, as plain data for those who count and compare. */
export interface TurnRecord {
  readonly conversationId: string;
  /** The answer's place in its conversation. */
  readonly position: number;
  readonly questionId: string;
  readonly answerId: string;
  readonly question: string;
  /** The question before it in the same conversation; null when it is the first. */
  readonly questionBefore: string | null;
  readonly answer: string;
  /** Where no text is kept: the title of what the answer cites first. */
  readonly citedTitle: string | null;
  readonly askedAt: Date;
  readonly channel: string;
  /** Who asked, as the caller names its own users. */
  readonly externalUserId: string | null;
  readonly status: MessageStatus;
  readonly answered: boolean | null;
  readonly rating: Rating | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  readonly firstTokenMs: number | null;
  readonly model: AnsweringModel | null;
  /** Whether a person answered in place of the bot: this very question, or the conversation from there on. */
  readonly isHandedOver: boolean;
}

/** Where a reader of turns is: behind the answer at this place. */
export interface TurnCursor {
  /** Where the conversation stands among those that changed. */
  readonly changedXid: string;
  readonly conversationId: string;
  readonly position: number;
}

/** A moment of the database: what had been committed before it can be told from what has come or changed since. */
export type TurnsMark = string;

/** What a reader knows already. */
export interface TurnsRead {
  /** Was taken before it was read. */
  readonly mark: TurnsMark;
  /** In conversations that have changed since, what was answered or handed over from here on is read again. */
  readonly from: Date;
}

/** Which turns are read. */
export interface TurnsRequest {
  readonly workspaceId: string;
  readonly botId: string;
  /** Only what has come, or was rated or handed over, since; null for all. */
  readonly since: TurnsRead | null;
  readonly after: TurnCursor | null;
  readonly limit: number;
}
