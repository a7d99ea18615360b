import type { JobState } from '#common/jobs';
import type { RemoteField } from '../ports/remote-tables.port.js';

export const MAX_CONNECTIONS = 50;
export const REMOTE_PROVIDERS = ['zapier'] as const;
export type RemoteProviderName = (typeof REMOTE_PROVIDERS)[number];

/** An account of another service. */
export interface TableConnection {
  readonly id: string;
  readonly workspaceId: string;
  readonly provider: RemoteProviderName;
  readonly name: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface SealedConnection extends TableConnection {
  readonly sealed: string;
}

export interface ConnectionDraft {
  readonly provider: RemoteProviderName;
  readonly name: string;
  readonly token?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

export type ConnectionChanges = Partial<Omit<ConnectionDraft, 'provider'>>;

/** What came of trying a connection out. */
export interface ConnectionTrial {
  readonly ok: boolean;
  readonly code: string | null;
  readonly message: string;
}

/** Which field of the hosted table holds which of the remote one. */
export interface LinkedField extends RemoteField {
  readonly fieldId: string;
}

/** What kept a record from being taken over. */
export interface LinkProblem {
  /** Of the remote table; of this one where the record is only here. */
  readonly recordId: string;
  readonly reason: string;
}

/** What a run came to. */
export interface LinkReport {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly failed: number;
  /** Records that were written to the remote table. */
  readonly pushed: number;
  readonly fieldsAdded: readonly string[];
  /** They stay here as they were. */
  readonly fieldsGone: readonly string[];
  /** The first hundred. */
  readonly problems: readonly LinkProblem[];
}

/** Why a run did not end well. */
export interface LinkError {
  readonly code: string;
  readonly message: string;
}

/** A hosted table that follows one of another service. */
export interface TableLink {
  readonly id: string;
  readonly workspaceId: string;
  readonly tableId: string;
  readonly connectionId: string;
  readonly remoteTableId: string;
  readonly remoteName: string;
  readonly pushBack: boolean;
  readonly fields: readonly LinkedField[];
  /** Whether somebody has asked for the remote records, and when. */
  readonly wantedAt: Date | null;
  readonly jobId: string | null;
  readonly jobState: JobState | null;
  /** Of the last time that the remote table was read. */
  readonly report: LinkReport | null;
  /** Of the last time that only changes made here were written. */
  readonly pushReport: LinkReport | null;
  readonly lastError: LinkError | null;
  readonly createdAt: Date;
  /** When all of the remote table had last been taken over. */
  readonly syncedAt: Date | null;
}

export interface LinkDraft {
  readonly connectionId: string;
  readonly remoteTableId: string;
  /** A new table is made where none is named. */
  readonly tableId?: string;
  readonly name?: string;
  readonly pushBack?: boolean;
}

/** A record here and the one there that it is. */
export interface LinkedRecord {
  readonly remoteId: string;
  readonly recordId: string;
  /** Of the values on which both sides last agreed. */
  readonly hash: string;
}

/** A record that may have to be written to the remote table. */
export interface LinkChange {
  readonly recordId: string;
  readonly notedAt: string;
  /** Whether it was once begun to be made there, which may have happened or not. */
  readonly isAttempted: boolean;
}
