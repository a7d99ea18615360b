import type {
  AnswerError,
  AnsweringModel,
  AnswerTrace,
  FailedAttempt,
  FeedbackReason,
  MessageAuthor,
  MessageRole,
  MessageStatus,
  Rating,
  ToolUse,
} from '../conversations.types.js';
import type { Conversation } from '../entities/conversation.entity.js';

export const TRANSCRIPT_FORMATS = ['markdown', 'json', 'html'] as const;
export type TranscriptFormat = (typeof TRANSCRIPT_FORMATS)[number];

export const TRANSCRIPT_VIEWS = ['visitor', 'team'] as const;
export type TranscriptView = (typeof TRANSCRIPT_VIEWS)[number];

/** How somebody wants to have a conversation. */
export interface TranscriptWish {
  readonly format: TranscriptFormat;
  /** As the visitor has seen it, or with all that the team knows. */
  readonly view: TranscriptView;
  readonly timeZone: string;
}

/** What a transcript begins with. */
export interface TranscriptHead {
  readonly conversation: Conversation;
  readonly botName: string;
  readonly view: TranscriptView;
  readonly timeZone: string;
}

export interface TranscriptCitation {
  readonly index: number;
  readonly title: string;
  readonly url: string | null;
  readonly quote: string;
}

/** What the team alone sees of a message. */
export interface TeamFacts {
  readonly authorId: string | null;
  /** A member of another workspace, as the imported file names it. */
  readonly importedAuthor: string | null;
  readonly model: AnsweringModel | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  readonly firstTokenMs: number | null;
  readonly answered: boolean | null;
  readonly attempts: readonly FailedAttempt[] | null;
  readonly trace: AnswerTrace | null;
  readonly tool: ToolUse | null;
  readonly rating: Rating | null;
  readonly ratingReason: FeedbackReason | null;
  readonly ratingComment: string | null;
  /** What the answer should have been. */
  readonly correction: string | null;
}

/** A message of a transcript. */
export interface TranscriptMessage {
  readonly id: string;
  readonly position: number;
  readonly role: MessageRole;
  readonly author: MessageAuthor;
  readonly content: string;
  readonly status: MessageStatus;
  readonly createdAt: Date;
  readonly error: AnswerError | null;
  readonly citations: readonly TranscriptCitation[];
  /** Null as visitors see it. */
  readonly team: TeamFacts | null;
}

/** What somebody of the team noted for the others; visitors are not told. */
export interface TranscriptNote {
  readonly id: string;
  readonly content: string;
  readonly authorId: string | null;
  readonly importedAuthor: string | null;
  readonly createdAt: Date;
}

/** Writes a transcript piece by piece. */
export interface TranscriptWriter {
  readonly mediaType: string;
  readonly extension: string;
  head(head: TranscriptHead): string;
  message(message: TranscriptMessage, isFirst: boolean): string;
  /** Notes stand between what was said before and after them, or below all of it. */
  readonly notesStand: 'between' | 'below';
  note(note: TranscriptNote): string;
  tail(): string;
}
