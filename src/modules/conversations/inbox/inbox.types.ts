import type { ConversationFilter, ConversationStatus, Sort } from '../conversations.types.js';
import type { FilterFields } from './filter-fields.js';

export const INBOX_LIMITS = {
  tags: 30,
  tagChars: 60,
  noteChars: 10_000,
  views: 200,
  viewNameChars: 100,
} as const;

/** What of a conversation is to be different. */
export interface ConversationChanges {
  readonly status?: ConversationStatus;
  /** `null`: nobody. */
  readonly assigneeId?: string | null;
  /** In place of those that it has. */
  readonly tags?: readonly string[];
}

/** What is to be done with many conversations. */
export interface BulkChange {
  readonly status?: ConversationStatus;
  readonly assigneeId?: string | null;
  readonly addTags?: readonly string[];
  readonly removeTags?: readonly string[];
  /** Removes them with all that was said in them. */
  readonly delete?: boolean;
}

/** A change of many conversations that was asked for. */
export interface BulkOrder {
  readonly id: string;
  readonly workspaceId: string;
  readonly filter: ConversationFilter;
  readonly change: BulkChange;
  readonly matched: number;
}

/** What is shown of a conversation besides its row. */
export interface ConversationMarks {
  readonly tags: readonly string[];
  /** Whether it holds messages that whoever asks has not seen. */
  readonly isUnread: boolean;
}

/** Something that members say to each other about a conversation. The one who is talked with never sees it. */
export interface ConversationNote {
  readonly id: string;
  readonly content: string;
  /** Null of what was imported: nobody here wrote it. */
  readonly authorId: string | null;
  /** A member of another workspace, as the imported file names it; empty when it does not. */
  readonly importedAuthor: string | null;
  readonly createdAt: Date;
}

export interface ViewDraft {
  readonly name: string;
  /** As it was written: `me` and `unread` are about whoever looks. */
  readonly filter: FilterFields;
  readonly sort?: Sort;
}

/** A filter under a name, for the whole team. */
export interface ConversationView extends Required<ViewDraft> {
  readonly id: string;
  readonly createdById: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
