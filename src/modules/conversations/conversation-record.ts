import type { PassageLocation } from '#common/text';
import type {
  AnswerError,
  AnsweringModel,
  AnswerWishes,
  ConversationStatus,
  FailedAttempt,
  FeedbackReason,
  MessageAuthor,
  MessageRole,
  MessageStatus,
  Rating,
  ToolUse,
} from './conversations.types.js';

/** What an answer leaned on, as it stands in a record. */
export interface CitationRecord {
  readonly index: number;
  readonly chunkId: string | null;
  readonly documentId: string;
  readonly datasourceId: string;
  readonly title: string;
  readonly url: string | null;
  readonly location: PassageLocation | null;
  readonly rowId: string | null;
  readonly quote: string;
}

/** What somebody thought of an answer, as it stands in a record. */
export interface FeedbackRecord {
  readonly rating: Rating;
  readonly reason: FeedbackReason | null;
  readonly comment: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What an answer should have been, as it stands in a record. */
export interface CorrectionRecord {
  readonly question: string;
  readonly content: string;
  /** As `authorId` of a message. */
  readonly authorId: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What the team noted, as it stands in a record. */
export interface NoteRecord {
  readonly id: string;
  /** As `authorId` of a message. */
  readonly authorId: string | null;
  readonly content: string;
  readonly createdAt: string;
}

/** A message with all that is kept of it. */
export interface MessageRecord {
  readonly id: string;
  /** A question, the tools that were used and the answer have the same. */
  readonly turnId: string;
  /** Within the conversation; rises, and may have gaps where older messages were removed. */
  readonly position: number;
  readonly role: MessageRole;
  /** Who said it. */
  readonly author: MessageAuthor;
  /** Of a member: its id in the workspace where it was said; null where that is not known, and of others. */
  readonly authorId: string | null;
  readonly content: string;
  readonly status: MessageStatus;
  readonly model: AnsweringModel | null;
  readonly inputTokens: number | null;
  readonly cachedInputTokens: number | null;
  readonly outputTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly historyTruncated: number | null;
  readonly finishReason: string | null;
  /** A decimal number of eight digits after the point, so that none is lost. */
  readonly costUsd: string | null;
  readonly latencyMs: number | null;
  readonly firstTokenMs: number | null;
  readonly answered: boolean | null;
  readonly attempts: readonly FailedAttempt[] | null;
  readonly error: AnswerError | null;
  readonly tool: ToolUse | null;
  readonly wishes: AnswerWishes | null;
  readonly createdAt: string;
  readonly citations: readonly CitationRecord[];
  readonly feedback: FeedbackRecord | null;
  readonly correction: CorrectionRecord | null;
}

/**
 * A conversation with all that was said in it: one line of an export of conversations as JSONL, and of a file that is
 * imported. Times are ISO 8601 in UTC with milliseconds. An importer takes any field that is missing for one that is
 * null or empty, so that fields may be added. What follows from the messages (`messageCount`, `costUsd`,
 * `errorCount`) stands in an export and is made anew by an importer.
 */
export interface ConversationRecord {
  readonly id: string;
  readonly botId: string;
  readonly channel: string;
  readonly externalUserId: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly lastMessageAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly status: ConversationStatus;
  /** An importer takes it for a member of its own workspace, or leaves it out. */
  readonly assigneeId: string | null;
  readonly tags: readonly string[];
  /** The oldest first. */
  readonly notes: readonly NoteRecord[];
  /** When the last of the answer was there. */
  readonly firstReplyAt: string | null;
  readonly lastReplyAt: string | null;
  readonly handedOverAt: string | null;
  /** An importer takes it from whoever may hold conversations. */
  readonly legalHold: boolean;
  /** In the order of their positions. */
  readonly messages: readonly MessageRecord[];
}
