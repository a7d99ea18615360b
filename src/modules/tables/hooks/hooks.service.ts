import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { hashToken, newToken, SecretBox } from '#common/crypto';
import { newId, type Page, type PageRequest } from '#common/database';
import { InvalidFields } from '#common/errors';
import { TableNotFound } from '../tables.errors.js';
import { TablesRepository } from '../tables.repository.js';
import type { HostedTable } from '../tables.types.js';
import type { Hook, HookDraft, NewHook } from './hook.types.js';
import { HookNotFound } from './hooks.errors.js';
import { sealedFor } from './hook-signature.js';
import { HooksRepository } from './hooks.repository.js';

/** Making and removing hooks. */
@Injectable()
export class HooksService {
  constructor(
    private readonly hooks: HooksRepository,
    private readonly tables: TablesRepository,
    private readonly box: SecretBox,
    private readonly abilities: Abilities,
  ) {}

  /** Token and secret are shown this once. @throws TableNotFound, HookLimitReached, InvalidFields */
  async create(actor: Actor, tableId: string, { name, mode, key }: HookDraft): Promise<NewHook> {
    this.#assertMay(actor);
    assertKeyFits(await this.#table(actor, tableId), mode, key);
    const id = newId();
    const token = newToken('cq_hook');
    const secret = newToken('cq_sign');
    const { workspaceId } = actor;
    const hook: Hook = { id, workspaceId, tableId, name, mode, key: key ?? null, createdAt: new Date() };
    await this.hooks.add({ ...hook, secret: this.box.seal(secret, sealedFor(id)) }, hashToken(token));
    return { hook, token, secret };
  }

  /** @throws TableNotFound */
  async list(actor: Actor, tableId: string, page: PageRequest): Promise<Page<Hook>> {
    this.#assertMay(actor);
    await this.#table(actor, tableId);
    return this.hooks.list(actor.workspaceId, tableId, page);
  }

  /** It takes nothing more from then on. @throws HookNotFound */
  async remove(actor: Actor, tableId: string, id: string): Promise<void> {
    this.#assertMay(actor);
    if (!(await this.hooks.remove(actor.workspaceId, tableId, id))) throw new HookNotFound();
  }

  /** Seals every secret with the current key. Safe to run beside live processes, and twice. @returns how many were not. */
  async rotate(): Promise<number> {
    const old = (await this.hooks.secrets()).filter(({ secret }) => secret.split('.')[1] !== this.box.keyId);
    for (const hook of old) {
      const plain = this.box.open(hook.secret, sealedFor(hook.id));
      await this.hooks.reseal(hook, this.box.seal(plain, sealedFor(hook.id)));
    }
    return old.length;
  }

  #assertMay(actor: Actor): void {
    this.abilities.assertCan(actor, 'update', 'Table');
  }

  async #table({ workspaceId }: Actor, id: string): Promise<HostedTable> {
    const table = await this.tables.find(workspaceId, id);
    if (!table) throw new TableNotFound();
    return table;
  }
}

/** @throws InvalidFields */
function assertKeyFits({ fields }: HostedTable, mode: HookDraft['mode'], key: string | undefined): void {
  const refuse = (message: string): never => {
    throw new InvalidFields([{ path: 'key', message }]);
  };
  if (mode === 'append' && key !== undefined) refuse('is for upserts only');
  if (mode === 'upsert' && !fields.some((field) => field.key === key && field.unique))
    refuse('is no unique field of this table');
}
