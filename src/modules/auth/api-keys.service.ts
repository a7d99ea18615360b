import { Injectable } from '@nestjs/common';
import { Abilities, type Actor, isAtLeast, type Permission, type Role, ROLES } from '#common/access';
import { hashToken, newToken } from '#common/crypto';
import { type Page, type PageRequest, UnitOfWork } from '#common/database';
import { InvalidFields, NotFound } from '#common/errors';
import { Clock } from '#common/time';
import { ApiKeysRepository, type LiveApiKey } from './api-keys.repository.js';
import { KeyAboveMaker } from './auth.errors.js';
import type { ApiKeyDraft, NewApiKey, TableAccess } from './auth.types.js';
import { ApiKey } from './entities/api-key.entity.js';

export const API_KEY_PREFIX = 'cq_key';
const DEFAULT_LIFETIME_MS = 365 * 86_400_000;
const TABLE_PERMISSIONS: Readonly<Record<TableAccess, readonly Permission[]>> = {
  read: ['read Record'],
  write: ['create Record', 'delete Record', 'read Record', 'update Record'],
};
const SHOWN_CHARACTERS = API_KEY_PREFIX.length + 7;

/** Keys by which other services act. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly abilities: Abilities,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws KeyAboveMaker when role or permissions exceed the actor's own.
   * @throws InvalidFields when a key for one table has a role or permissions, or its table is not there.
   */
  async create(actor: Actor, draft: ApiKeyDraft): Promise<NewApiKey> {
    assertOfOneKind(draft);
    const role = draft.role ?? actor.role;
    const permissions = tablePermissions(draft) ?? draft.permissions ?? actor.permissions;
    this.#assertWithin(actor, role, permissions);
    const secret = newToken(API_KEY_PREFIX);
    const apiKey = new ApiKey({
      workspaceId: actor.workspaceId,
      name: draft.name,
      prefix: secret.slice(0, SHOWN_CHARACTERS),
      secretHash: hashToken(secret),
      role,
      permissions: permissions ? [...permissions] : null,
      tableId: draft.tableId ?? null,
      createdByUserId: actor.userId,
      expiresAt: draft.expiresAt ?? new Date(this.clock.now().getTime() + DEFAULT_LIFETIME_MS),
    });
    await this.unitOfWork.run(() => this.repository.add(apiKey));
    return { apiKey, secret };
  }

  list(actor: Actor, page: PageRequest): Promise<Page<ApiKey>> {
    return this.repository.list(this.abilities.visibleTo(actor, 'read', 'ApiKey'), page);
  }

  /** Ends a key at once. @throws NotFound */
  async revoke(actor: Actor, id: string): Promise<void> {
    await this.unitOfWork.run(async () => {
      const key = await this.repository.find(this.abilities.visibleTo(actor, 'delete', 'ApiKey'), id);
      if (!key) throw new NotFound('The API key');
      key.revoke(this.clock.now());
    });
  }

  /** The actor behind a key, or null when the key is not valid. */
  async findActor(secret: string): Promise<Actor | null> {
    const key = await this.repository.findLive(hashToken(secret));
    return key && actorOf(key);
  }

  /** The same for a key that is known by its id. */
  async findActorById(workspaceId: string, id: string): Promise<Actor | null> {
    const key = await this.repository.findLiveById(workspaceId, id);
    return key && actorOf(key);
  }

  /** Those of the keys that may still act, by their ids. */
  listLive(ids: readonly string[]): Promise<string[]> {
    return this.repository.listLive(ids);
  }

  #assertWithin(actor: Actor, role: Role, permissions?: readonly Permission[]): void {
    const own = new Set(this.abilities.permissionsOf(actor));
    const within = isAtLeast(actor, role) && (permissions ?? []).every((permission) => own.has(permission));
    if (!within) throw new KeyAboveMaker();
  }
}

function actorOf(key: LiveApiKey): Actor {
  return {
    kind: 'apiKey',
    id: key.id,
    userId: key.userId,
    workspaceId: key.workspaceId,
    role: lesserOf(key.role, key.makerRole),
    ...(key.permissions ? { permissions: key.permissions } : {}),
    ...(key.tableId === null ? {} : { tableId: key.tableId }),
  };
}

function assertOfOneKind({ tableId, access, role, permissions }: ApiKeyDraft): void {
  const message = 'cannot be given to a key for one table';
  const problems =
    tableId === undefined
      ? [...(access === undefined ? [] : [{ path: 'access', message: 'needs tableId' }])]
      : [
          ...(role === undefined ? [] : [{ path: 'role', message }]),
          ...(permissions === undefined ? [] : [{ path: 'permissions', message }]),
        ];
  if (problems.length > 0) throw new InvalidFields(problems);
}

function tablePermissions({ tableId, access = 'read' }: ApiKeyDraft): readonly Permission[] | undefined {
  return tableId === undefined ? undefined : TABLE_PERMISSIONS[access];
}

function lesserOf(a: Role, b: Role): Role {
  return ROLES.indexOf(a) > ROLES.indexOf(b) ? a : b;
}
