import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { SecretBox } from '#common/crypto';
import { newId, type Page, type PageRequest } from '#common/database';
import { DomainError, InvalidFields } from '#common/errors';
import {
  type RemotePage,
  type RemoteSecret,
  type RemoteTable,
  RemoteTableProvider,
  type RemoteTables,
} from '../ports/remote-tables.port.js';
import { ConnectionsRepository } from './connections.repository.js';
import { ConnectionNotFound } from './remote.errors.js';
import type {
  ConnectionChanges,
  ConnectionDraft,
  ConnectionTrial,
  SealedConnection,
  TableConnection,
} from './remote.types.js';

/** Accounts of other services that keep tables. Secrets go in and never come out. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly repository: ConnectionsRepository,
    private readonly provider: RemoteTableProvider,
    private readonly box: SecretBox,
    private readonly abilities: Abilities,
  ) {}

  /** @throws ConnectionLimitReached, InvalidFields */
  async create(actor: Actor, draft: ConnectionDraft): Promise<TableConnection> {
    this.abilities.assertCan(actor, 'create', 'TableConnection');
    const secret = secretIn(draft);
    if (!secret)
      throw new InvalidFields([{ path: 'token', message: 'is required, or clientId and clientSecret' }]);
    const [id, now] = [newId(), new Date()];
    const { name, provider } = draft;
    const connection = { id, workspaceId: actor.workspaceId, provider, name, createdAt: now, updatedAt: now };
    await this.repository.add({ ...connection, sealed: this.#sealed(id, secret) });
    return connection;
  }

  list(actor: Actor, page: PageRequest): Promise<Page<TableConnection>> {
    this.abilities.assertCan(actor, 'read', 'TableConnection');
    return this.repository.list(actor.workspaceId, page);
  }

  /** @throws ConnectionNotFound */
  async get(actor: Actor, id: string): Promise<TableConnection> {
    this.abilities.assertCan(actor, 'read', 'TableConnection');
    return this.#find(actor.workspaceId, id);
  }

  /** A new secret takes the place of the old one. @throws ConnectionNotFound, InvalidFields */
  async update(actor: Actor, id: string, changes: ConnectionChanges): Promise<TableConnection> {
    this.abilities.assertCan(actor, 'update', 'TableConnection');
    const { workspaceId } = actor;
    const before = await this.#find(workspaceId, id);
    const secret = secretIn(changes);
    const after = {
      name: changes.name ?? before.name,
      sealed: secret ? this.#sealed(id, secret) : before.sealed,
    };
    const changed = await this.repository.update(workspaceId, id, after);
    if (!changed) throw new ConnectionNotFound();
    return changed;
  }

  /** @throws ConnectionNotFound, ConnectionInUse */
  async remove(actor: Actor, id: string): Promise<void> {
    this.abilities.assertCan(actor, 'delete', 'TableConnection');
    if (!(await this.repository.remove(actor.workspaceId, id))) throw new ConnectionNotFound();
  }

  /** Asks for the first tables, and says how it went. @throws ConnectionNotFound */
  async test(actor: Actor, id: string, gone: AbortSignal): Promise<ConnectionTrial> {
    this.abilities.assertCan(actor, 'update', 'TableConnection');
    const remote = this.#openOne(await this.#find(actor.workspaceId, id), gone);
    try {
      await remote.list(null);
      return { ok: true, code: null, message: 'The service accepts the credentials.' };
    } catch (error) {
      gone.throwIfAborted();
      if (!(error instanceof DomainError)) throw error;
      return { ok: false, code: error.code, message: error.message };
    }
  }

  /** Tables of the account. @throws ConnectionNotFound, one of REMOTE_FAILURES */
  async tables(
    actor: Actor,
    id: string,
    cursor: string | undefined,
    gone: AbortSignal,
  ): Promise<RemotePage<RemoteTable>> {
    this.abilities.assertCan(actor, 'read', 'TableConnection');
    return this.#openOne(await this.#find(actor.workspaceId, id), gone).list(cursor ?? null);
  }

  /** For jobs, and for who has been let in already. @throws ConnectionNotFound */
  async open(workspaceId: string, id: string, signal: AbortSignal): Promise<RemoteTables> {
    return this.#openOne(await this.#find(workspaceId, id), signal);
  }

  /** Seals every secret with the current key. Safe to run beside live processes, and twice. @returns how many were not. */
  async rotate(): Promise<number> {
    const all = await this.repository.secrets();
    const old = all.filter(({ sealed }) => sealed.split('.')[1] !== this.box.keyId);
    for (const one of old) await this.repository.reseal(one, this.#sealed(one.id, this.#secretOf(one)));
    return old.length;
  }

  async #find(workspaceId: string, id: string): Promise<SealedConnection> {
    const connection = await this.repository.find(workspaceId, id);
    if (!connection) throw new ConnectionNotFound();
    return connection;
  }

  #openOne(connection: SealedConnection, signal: AbortSignal): RemoteTables {
    return this.provider.open(this.#secretOf(connection), signal);
  }

  #sealed(id: string, secret: RemoteSecret): string {
    return this.box.seal(JSON.stringify(secret), `table_connections/${id}`);
  }

  #secretOf({ id, sealed }: SealedConnection): RemoteSecret {
    return JSON.parse(this.box.open(sealed, `table_connections/${id}`)) as RemoteSecret;
  }
}

/** @throws InvalidFields when it is neither a token nor both parts of a client. */
function secretIn({ token, clientId, clientSecret }: ConnectionChanges): RemoteSecret | undefined {
  if (token !== undefined) {
    if (clientId === undefined && clientSecret === undefined) return { token };
    throw new InvalidFields([{ path: 'token', message: 'stands alone, without clientId and clientSecret' }]);
  }
  if (clientId === undefined && clientSecret === undefined) return undefined;
  if (clientId === undefined || clientSecret === undefined) {
    const path = clientId === undefined ? 'clientId' : 'clientSecret';
    throw new InvalidFields([{ path, message: 'is required: clientId and clientSecret go together' }]);
  }
  return { clientId, clientSecret };
}
