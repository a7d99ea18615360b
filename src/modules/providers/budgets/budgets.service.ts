import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { decodeCursor, type Page, type PageRequest, toPage } from '#common/database';
import { NotFound } from '#common/errors';
import { ChatModels } from '../chat-models.service.js';
import { WorkspaceLimitsRepository } from '../workspace-limits.repository.js';
import { BudgetsRepository } from './budgets.repository.js';
import type { BudgetChanges, BudgetDraft, BudgetStatus } from './budgets.types.js';

/** What a workspace and its bots may spend on models. */
@Injectable()
export class BudgetsService {
  constructor(
    private readonly repository: BudgetsRepository,
    private readonly limits: WorkspaceLimitsRepository,
    private readonly models: ChatModels,
    private readonly abilities: Abilities,
  ) {}

  /** @throws UnknownBudgetBot, BudgetExists, UnknownModel, ProviderNotConfigured, ProviderLimitReached */
  async create(actor: Actor, draft: BudgetDraft): Promise<BudgetStatus> {
    this.abilities.assertCan(actor, 'create', 'Budget');
    const { workspaceId } = actor;
    if (draft.fallback) await this.models.assertUsable(workspaceId, [draft.fallback]);
    const add = (): Promise<string> => this.repository.add(workspaceId, draft);
    return this.#find(workspaceId, await this.limits.adding(workspaceId, 'budgets', add));
  }

  async list(actor: Actor, { limit, cursor }: PageRequest): Promise<Page<BudgetStatus>> {
    this.abilities.assertCan(actor, 'read', 'Budget');
    const after = cursor ? decodeCursor(cursor) : null;
    return toPage(await this.repository.list(actor.workspaceId, limit + 1, after), limit);
  }

  /** @throws NotFound */
  async get(actor: Actor, id: string): Promise<BudgetStatus> {
    this.abilities.assertCan(actor, 'read', 'Budget');
    return this.#find(actor.workspaceId, id);
  }

  /** @throws NotFound, UnknownModel, ProviderNotConfigured */
  async update(actor: Actor, id: string, changes: BudgetChanges): Promise<BudgetStatus> {
    this.abilities.assertCan(actor, 'update', 'Budget');
    const { workspaceId } = actor;
    if (changes.fallback) await this.models.assertUsable(workspaceId, [changes.fallback]);
    if (!(await this.repository.change(workspaceId, id, changes))) throw new NotFound('The budget');
    return this.#find(workspaceId, id);
  }

  /** @throws NotFound */
  async remove(actor: Actor, id: string): Promise<void> {
    this.abilities.assertCan(actor, 'delete', 'Budget');
    if (!(await this.repository.remove(actor.workspaceId, id))) throw new NotFound('The budget');
  }

  async #find(workspaceId: string, id: string): Promise<BudgetStatus> {
    const budget = await this.repository.find(workspaceId, id);
    if (!budget) throw new NotFound('The budget');
    return budget;
  }
}
