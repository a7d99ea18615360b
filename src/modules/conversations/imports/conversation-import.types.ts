import type { JobState } from '#common/jobs';
import type { ConversationRecord, MessageRecord } from '../conversation-record.js';

/** What a file of conversations may be: our own export, lines as OpenAI's tools know them, or a table. */
export const CONVERSATION_FORMATS = ['colloquy', 'openai', 'csv'] as const;
export type ConversationFormat = (typeof CONVERSATION_FORMATS)[number];

/** Which columns of a table mean what. */
export interface CsvMapping {
  readonly conversationColumn?: string;
  readonly roleColumn?: string;
  readonly contentColumn?: string;
  readonly timeColumn?: string;
  readonly userColumn?: string;
  readonly delimiter?: string;
}

/** What is asked for. */
export interface ConversationImportDraft extends CsvMapping {
  readonly botId: string;
  readonly format: ConversationFormat;
}

/** A line that was not taken, and why; what is in it is not told, as it may tell of people. */
export interface LineProblem {
  readonly line: number;
  readonly message: string;
}

/** What a job has to know besides the file. */
export interface ImportSettings extends CsvMapping {
  /** Whether conversations stay on hold: whoever imports them may hold conversations. */
  readonly keepsHolds?: boolean;
}

/** Conversations that a job reads from a file. */
export interface ConversationImport {
  readonly id: string;
  readonly workspaceId: string;
  readonly botId: string;
  readonly format: ConversationFormat;
  readonly settings: ImportSettings;
  readonly bytes: number;
  readonly createdById: string;
  readonly jobId: string | null;
  readonly jobState: JobState | null;
  /** The last line that is done with. */
  readonly position: number;
  readonly conversations: number;
  readonly messages: number;
  /** Conversations that an earlier import brought. */
  readonly known: number;
  readonly rejected: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** A message as it is to be written; what is left out is null. */
export type ImportedMessage = Pick<MessageRecord, 'role' | 'content'> &
  Partial<Omit<MessageRecord, 'role' | 'content'>>;

/** A conversation as it is to be written. */
export interface ImportedConversation extends Partial<Omit<ConversationRecord, 'id' | 'messages' | 'botId'>> {
  /** By which it is known again, within its bot. */
  readonly sourceKey: string;
  readonly messages: readonly ImportedMessage[];
}

/** What a reader finds, in the order of the file: each says how far it is. */
export type FoundLine =
  | { readonly line: number; readonly conversation: ImportedConversation }
  | { readonly line: number; readonly problem: string };

export const MAX_IMPORT_BYTES = 1_073_741_824;
/** Of one conversation in a file. */
export const MAX_LINE_CHARACTERS = 16_000_000;
export const MAX_PROBLEMS = 1_000;
export const MAX_MESSAGES = 100_000;
