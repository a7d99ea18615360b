import type { FieldType } from '../tables.types.js';

/** A table that another service keeps. */
export interface RemoteTable {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

/** A field of it, as it can be kept here. */
export interface RemoteField {
  readonly id: string;
  readonly name: string;
  /** What the other service calls its type. */
  readonly remoteType: string;
  readonly type: FieldType;
  /** Whether values can be written there. */
  readonly isWritable: boolean;
}

/** Values by the ids of fields, as a hosted table takes them; what does not fit comes as it is. */
export type RemoteValues = Readonly<Record<string, unknown>>;

/** A record of it. */
export interface RemoteRecord {
  readonly id: string;
  readonly values: RemoteValues;
}

/** A piece of a list. */
export interface RemotePage<Item> {
  readonly items: readonly Item[];
  /** Where the next piece begins. */
  readonly next: string | null;
}

/** What opens an account of another service. */
export type RemoteSecret =
  { readonly token: string } | { readonly clientId: string; readonly clientSecret: string };

/** At most so many records in one call that writes. */
export const REMOTE_BATCH = 100;

/**
 * The tables of one account of another service.
 *
 * Every method throws RemoteRefused (the account may not), RemoteTableGone, RemoteAway (it may pass, perhaps after a
 * while that it names) or RemoteNotUnderstood.
 */
export interface RemoteTables {
  list(cursor: string | null): Promise<RemotePage<RemoteTable>>;
  /** The table, and those of its fields that have values. */
  describe(
    tableId: string,
  ): Promise<{ readonly table: RemoteTable; readonly fields: readonly RemoteField[] }>;
  records(
    tableId: string,
    fields: readonly RemoteField[],
    cursor: string | null,
  ): Promise<RemotePage<RemoteRecord>>;
  /** @returns the ids of the records, in order. @throws RemoteValuesRefused */
  create(
    tableId: string,
    fields: readonly RemoteField[],
    records: readonly RemoteValues[],
  ): Promise<readonly string[]>;
  /** Changes what the values name. @throws RemoteValuesRefused */
  update(tableId: string, fields: readonly RemoteField[], records: readonly RemoteRecord[]): Promise<void>;
  /** They may be gone already. */
  remove(tableId: string, ids: readonly string[]): Promise<void>;
}

/** The way to accounts of another service. */
export abstract class RemoteTableProvider {
  /** @param signal ends calls under way. */
  abstract open(secret: RemoteSecret, signal: AbortSignal): RemoteTables;
}
