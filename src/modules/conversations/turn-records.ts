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
  readonly conversationId: string;
  readonly position: number;
}

/** Which turns are read. */
export interface TurnsRequest {
  readonly workspaceId: string;
  readonly botId: string;
  /** Only those that were answered or rated since. */
  readonly since: Date | null;
  readonly after: TurnCursor | null;
  readonly limit: number;
}
