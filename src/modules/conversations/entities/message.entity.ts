import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { newId, TenantEntity } from '#common/database';
import type {
  AnswerError,
  AnsweringModel,
  AnswerTrace,
  AnswerWishes,
  FailedAttempt,
  MessageAuthor,
  MessageRole,
  MessageStatus,
  ToolUse,
} from '../conversations.types.js';

/** What is known of an answer once it has ended. */
export interface AnswerFacts {
  readonly model?: AnsweringModel;
  readonly inputTokens?: number;
  readonly cachedInputTokens?: number;
  readonly outputTokens?: number;
  readonly reasoningTokens?: number;
  readonly historyTruncated?: number;
  readonly finishReason?: string;
  readonly costUsd?: number;
  readonly latencyMs?: number;
  readonly firstTokenMs?: number;
  readonly answered?: boolean;
  readonly attempts?: readonly FailedAttempt[];
  readonly error?: AnswerError;
  readonly trace?: AnswerTrace | null;
}

interface MessageFields {
  readonly workspaceId: string;
  readonly conversationId: string;
  readonly turnId: string;
  /** Counts from 1 within the conversation; 0 until it has a place there. */
  readonly position?: number;
  readonly role: MessageRole;
  readonly content: string;
  readonly status: MessageStatus;
  readonly wishes?: AnswerWishes | null;
  readonly authorId?: string | null;
}

/** Something said. Never changed once it is saved. */
@Entity({ tableName: 'messages' })
export class Message extends TenantEntity {
  @Property({ type: 'uuid' })
  readonly conversationId: string;

  /** A question and its answer are one turn. */
  @Property({ type: 'uuid' })
  readonly turnId: string;

  @Property({ type: 'integer' })
  position: number;

  @Property({ type: 'text' })
  readonly role: MessageRole;

  @Property({ type: 'text' })
  readonly content: string;

  @Property({ type: 'text' })
  readonly status: MessageStatus;

  @Property({ type: 'json', nullable: true })
  readonly model: AnsweringModel | null;

  @Property({ type: 'integer', nullable: true })
  readonly inputTokens: number | null;

  @Property({ type: 'integer', nullable: true })
  readonly cachedInputTokens: number | null;

  @Property({ type: 'integer', nullable: true })
  readonly outputTokens: number | null;

  @Property({ type: 'integer', nullable: true })
  readonly reasoningTokens: number | null;

  /** Earlier messages that did not fit into the model's window. */
  @Property({ type: 'integer', nullable: true })
  readonly historyTruncated: number | null;

  /** Why the model ended: `stop`, `length` or `content_filter`; null when it did not come to an end. */
  @Property({ type: 'text', nullable: true })
  readonly finishReason: string | null;

  @Property({ type: 'decimal', precision: 14, scale: 8, nullable: true })
  readonly costUsd: string | null;

  @Property({ type: 'integer', nullable: true })
  readonly latencyMs: number | null;

  @Property({ type: 'integer', nullable: true })
  readonly firstTokenMs: number | null;

  @Property({ type: 'boolean', nullable: true })
  readonly answered: boolean | null;

  @Property({ type: 'json', nullable: true })
  readonly attempts: readonly FailedAttempt[] | null;

  @Property({ type: 'json', nullable: true })
  readonly error: AnswerError | null;

  /** Of a message of role `tool`. */
  @Property({ type: 'json', nullable: true })
  readonly tool: ToolUse | null = null;

  /** Of a question: what its answer is to be like; null where that is the bot's to decide. Keeps the order of a schema. */
  @Property({ type: 'json', columnType: 'json', nullable: true })
  readonly wishes: AnswerWishes | null;

  /** The member who gave an answer in place of the bot. */
  @Property({ type: 'uuid', nullable: true })
  readonly authorId: string | null;

  /** The member of another workspace who gave an imported answer, as the file names it: empty when it does not. */
  @Property({ type: 'text', nullable: true })
  readonly importedAuthor: string | null = null;

  /** Of an answer: what it was made from. For the team only, and so not read by itself. */
  @Property({ type: 'json', nullable: true, lazy: true })
  readonly trace?: AnswerTrace | null;

  /** The transactions that wrote the row first and last, which the database notes by itself; null for rows of long ago. */
  @Property({ type: 'string', columnType: 'xid8', nullable: true, lazy: true })
  readonly createdXid?: string | null;

  @Property({ type: 'string', columnType: 'xid8', nullable: true, lazy: true })
  readonly changedXid?: string | null;

  constructor(fields: MessageFields, facts: AnswerFacts = {}, id: string = newId()) {
    super(fields.workspaceId, id);
    this.conversationId = fields.conversationId;
    this.turnId = fields.turnId;
    this.position = fields.position ?? 0;
    this.role = fields.role;
    this.content = fields.content;
    this.status = fields.status;
    this.wishes = fields.wishes && Object.keys(fields.wishes).length > 0 ? fields.wishes : null;
    this.authorId = fields.authorId ?? null;
    this.model = facts.model ?? null;
    this.inputTokens = facts.inputTokens ?? null;
    this.cachedInputTokens = facts.cachedInputTokens ?? null;
    this.outputTokens = facts.outputTokens ?? null;
    this.reasoningTokens = facts.reasoningTokens ?? null;
    this.historyTruncated = facts.historyTruncated ?? null;
    this.finishReason = facts.finishReason ?? null;
    this.costUsd = facts.costUsd === undefined ? null : facts.costUsd.toFixed(8);
    this.latencyMs = facts.latencyMs ?? null;
    this.firstTokenMs = facts.firstTokenMs ?? null;
    this.answered = facts.answered ?? null;
    this.attempts = facts.attempts?.length ? facts.attempts : null;
    this.error = facts.error ?? null;
    this.trace = facts.trace ?? null;
  }

  get author(): MessageAuthor {
    if (this.role === 'user') return 'visitor';
    return this.authorId === null && this.importedAuthor === null ? 'bot' : 'member';
  }

  /** Takes the place that the conversation gave it. */
  placeAt(position: number): this {
    this.position = position;
    return this;
  }
}
