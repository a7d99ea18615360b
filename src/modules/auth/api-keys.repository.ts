import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { Permission, Role, RowFilter } from '#common/access';
import {
  decodeCursor,
  oneOf,
  type Page,
  type PageRequest,
  SharedReads,
  Sql,
  Tenancy,
  toPage,
  translateViolations,
  where,
} from '#common/database';
import { InvalidFields } from '#common/errors';
import { ApiKey } from './entities/api-key.entity.js';

const NOTED_EVERY = `interval '1 minute'`;
const LIVE_KEY = `k.id, k.workspace_id as "workspaceId", k.created_by_user_id as "userId", k.role, m.role as "makerRole",
  k.permissions, k.table_id as "tableId"`;
const FROM_LIVE_KEYS = `from api_keys k
  join memberships m on m.workspace_id = k.workspace_id and m.user_id = k.created_by_user_id
  where k.revoked_at is null and (k.expires_at is null or k.expires_at > now()) and m.status = 'active'`;

/** A key that may act now, with the role that its maker has now. */
export interface LiveApiKey {
  readonly id: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly role: Role;
  readonly makerRole: Role;
  readonly permissions: Permission[] | null;
  readonly tableId: string | null;
}

/** A live key that a caller has shown. */
interface ShownApiKey extends LiveApiKey {
  readonly secretHash: string;
  /** Whether its last use was noted a short while ago. */
  readonly isUseKnown: boolean;
}

@Injectable()
export class ApiKeysRepository {
  readonly #shown = new SharedReads<ShownApiKey>((hashes) => this.#readShown(hashes));

  constructor(
    private readonly em: EntityManager,
    private readonly sql: Sql,
    private readonly tenancy: Tenancy,
  ) {}

  /** @throws InvalidFields when the key is for a table that there is not. */
  async add(key: ApiKey): Promise<void> {
    await translateViolations({ api_keys_table_fk: unknownTable }, async () => {
      this.em.persist(key);
      await this.em.flush();
    });
  }

  async list(visible: RowFilter, { limit, cursor }: PageRequest): Promise<Page<ApiKey>> {
    const before = cursor ? { id: { $lt: decodeCursor(cursor) } } : {};
    const rows = await this.em.find(ApiKey, where<ApiKey>(visible, before, { revokedAt: null }), {
      orderBy: { id: 'desc' },
      limit: limit + 1,
    });
    return toPage(rows, limit);
  }

  find(visible: RowFilter, id: string): Promise<ApiKey | null> {
    return this.em.findOne(ApiKey, where<ApiKey>(visible, { id, revokedAt: null }));
  }

  /** Those of the keys that may act now, by their ids. */
  async listLive(ids: readonly string[]): Promise<string[]> {
    const rows = await this.sql.acrossWorkspaces<{ id: string }>(
      'open streams know their keys',
      `select k.id from api_keys k
       join memberships m on m.workspace_id = k.workspace_id and m.user_id = k.created_by_user_id
       where k.id = any(?::uuid[]) and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
         and m.status = 'active'`,
      [`{${ids.join(',')}}`],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * The key with this hash, unless it was revoked, expired, or its maker is no longer an active member. Notes the use
   * once a minute: all callers of a key would wait for each other to write the same row.
   */
  async findLive(secretHash: string): Promise<LiveApiKey | null> {
    const row = await this.#shown.find(secretHash);
    if (!row) return null;
    const { isUseKnown, secretHash: _, ...key } = row;
    if (!isUseKnown) await this.#noteUse(key.id);
    return key;
  }

  /** The same of a key that acts by itself later. */
  async findLiveById(workspaceId: string, id: string): Promise<LiveApiKey | null> {
    const [row] = await this.sql.inWorkspace<LiveApiKey>(
      workspaceId,
      `select ${LIVE_KEY} ${FROM_LIVE_KEYS} and k.workspace_id = ? and k.id = ?`,
      [workspaceId, id],
    );
    return row ?? null;
  }

  async #readShown(hashes: readonly string[]): Promise<Map<string, ShownApiKey>> {
    const asked = oneOf('k.secret_hash', 'text', hashes);
    const rows = await this.tenancy.runUnbound(() =>
      this.sql.acrossWorkspaces<ShownApiKey>(
        'a key names its workspace',
        `select ${LIVE_KEY}, k.secret_hash as "secretHash",
           coalesce(k.last_used_at > now() - ${NOTED_EVERY}, false) as "isUseKnown"
         ${FROM_LIVE_KEYS} and ${asked.sql}`,
        asked.params,
      ),
    );
    return new Map(rows.map((row) => [row.secretHash, row]));
  }

  async #noteUse(id: string): Promise<void> {
    await this.sql.acrossWorkspaces(
      'a key names its workspace',
      `update api_keys set last_used_at = now()
       where id = ? and (last_used_at is null or last_used_at <= now() - ${NOTED_EVERY})`,
      [id],
    );
  }
}

function unknownTable(): InvalidFields {
  return new InvalidFields([{ path: 'tableId', message: 'names a table that does not exist' }]);
}
