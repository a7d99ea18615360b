import type { ZapierSdk } from '@zapier/zapier-sdk';
import { hostAndPort, type OutboundClient } from '#common/http';
import {
  type RemoteField,
  type RemotePage,
  type RemoteRecord,
  type RemoteSecret,
  type RemoteTable,
  RemoteTableProvider,
  type RemoteTables,
  type RemoteValues,
} from '../../ports/remote-tables.port.js';
import { translateFailure } from './zapier-failures.js';
import { tokenOf } from './zapier-token.js';
import { ZAPIER_KINDS } from './zapier-values.js';

const ANSWER_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 100_000_000;
const TABLES_AT_ONCE = 100;
const RECORDS_AT_ONCE = 500;
const TABLE_ID = /^[A-Z0-9]{26}$/;

/** Zapier Tables, by Zapier's own SDK, which is loaded when it is first needed and sends by our outbound client. */
export class ZapierTableProvider extends RemoteTableProvider {
  /** @param baseUrl in place of Zapier's own: set by the operator, so that it may be private. */
  constructor(
    private readonly outbound: OutboundClient,
    private readonly baseUrl?: string,
  ) {
    super();
  }

  override open(secret: RemoteSecret, signal: AbortSignal): RemoteTables {
    const send = this.outbound.asFetch({
      headersTimeoutMs: ANSWER_TIMEOUT_MS,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
      extraAllow: this.baseUrl === undefined ? [] : [hostAndPort(this.baseUrl)],
    });
    const sendWhileWanted: typeof globalThis.fetch = (input, init) => send(input, { ...init, signal });
    return new ZapierTables(() => openSdk(secret, this.baseUrl, sendWhileWanted), signal);
  }
}

class ZapierTables implements RemoteTables {
  #sdk: Promise<ZapierSdk> | undefined;

  constructor(
    private readonly open: () => Promise<ZapierSdk>,
    private readonly signal: AbortSignal,
  ) {}

  list(cursor: string | null): Promise<RemotePage<RemoteTable>> {
    return this.#ask(async (sdk) => {
      const page = await sdk.listTables({ pageSize: TABLES_AT_ONCE, includeShared: true, ...from(cursor) });
      return { items: page.data.map(tableOf), next: page.nextCursor ?? null };
    });
  }

  describe(tableId: string): Promise<{ table: RemoteTable; fields: RemoteField[] }> {
    return this.#ask(async (sdk) => {
      const { data: table } = await sdk.getTable({ table: tableId });
      const { data: fields } = await sdk.listTableFields({ table: tableId });
      return {
        table: tableOf(table),
        fields: fields.flatMap(({ id, name, type, deleted_at: deletedAt }) => {
          const kind = ZAPIER_KINDS[type];
          if (!kind || deletedAt) return [];
          return { id, name, remoteType: type, type: kind.type, isWritable: kind.isWritable };
        }),
      };
    }, tableId);
  }

  records(
    tableId: string,
    fields: readonly RemoteField[],
    cursor: string | null,
  ): Promise<RemotePage<RemoteRecord>> {
    return this.#ask(async (sdk) => {
      const page = await sdk.listTableRecords({
        ...{ table: tableId, keyMode: 'ids', pageSize: RECORDS_AT_ONCE },
        ...from(cursor),
      });
      return {
        items: page.data.map(({ id, data }) => ({ id, values: valuesOf(data, fields) })),
        next: page.nextCursor ?? null,
      };
    }, tableId);
  }

  create(
    tableId: string,
    fields: readonly RemoteField[],
    records: readonly RemoteValues[],
  ): Promise<readonly string[]> {
    return this.#ask(
      async (sdk) => {
        const drafts = records.map((values) => ({ data: writableOf(values, fields) }));
        const made = await sdk.createTableRecords({ table: tableId, keyMode: 'ids', records: drafts });
        return made.data.map(({ id }) => id);
      },
      tableId,
      true,
    );
  }

  update(tableId: string, fields: readonly RemoteField[], records: readonly RemoteRecord[]): Promise<void> {
    return this.#ask(
      async (sdk) => {
        const changes = records.map(({ id, values }) => ({ id, data: writableOf(values, fields) }));
        await sdk.updateTableRecords({ table: tableId, keyMode: 'ids', records: changes });
      },
      tableId,
      true,
    );
  }

  remove(tableId: string, ids: readonly string[]): Promise<void> {
    return this.#ask(async (sdk) => {
      await sdk.deleteTableRecords({ table: tableId, records: [...ids] });
    }, tableId);
  }

  async #ask<T>(ask: (sdk: ZapierSdk) => Promise<T>, tableId?: string, isWriting = false): Promise<T> {
    try {
      // The SDK would call it a wrong request.
      if (tableId !== undefined && !TABLE_ID.test(tableId)) throw new NoSuchTable();
      this.#sdk ??= this.open();
      return await ask(await this.#sdk);
    } catch (failure) {
      this.signal.throwIfAborted();
      throw translateFailure(failure, isWriting);
    }
  }
}

class NoSuchTable extends Error {
  readonly statusCode = 404;
}

/**
 * Its telemetry is off: it would report to Zapier by a `fetch` of its own, and end the process at SIGTERM. It waits for
 * nothing and asks nobody: our jobs try again. No file of the machine and no log-in of its command line is looked for.
 */
async function openSdk(
  secret: RemoteSecret,
  baseUrl: string | undefined,
  fetch: typeof globalThis.fetch,
): Promise<ZapierSdk> {
  const { createZapierSdk } = await import('@zapier/zapier-sdk');
  return createZapierSdk({
    credentials: 'token' in secret ? secret.token : tokenOf(secret, baseUrl, fetch),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...{ fetch, eventEmission: { enabled: false }, manifest: {} },
    ...{ approvalMode: 'disabled', maxNetworkRetries: 0, maxConcurrentRequests: 4, debug: false },
    canIncludeSharedTables: true,
  });
}

function from(cursor: string | null): { cursor?: string } {
  return cursor === null ? {} : { cursor };
}

function tableOf({ id, name, description }: { id: string; name: string; description?: string }): RemoteTable {
  return { id, name, description: description ?? '' };
}

function valuesOf(data: Readonly<Record<string, unknown>>, fields: readonly RemoteField[]): RemoteValues {
  return Object.fromEntries(
    fields.map(({ id, remoteType }) => [id, ZAPIER_KINDS[remoteType]?.read(data[id] ?? null) ?? null]),
  );
}

function writableOf(values: RemoteValues, fields: readonly RemoteField[]): Record<string, unknown> {
  const writable = fields.filter(({ id, isWritable }) => isWritable && Object.hasOwn(values, id));
  return Object.fromEntries(writable.map(({ id }) => [id, values[id] ?? null]));
}
