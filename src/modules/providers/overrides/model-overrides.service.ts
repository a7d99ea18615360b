import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { decodeCursor, type Page, type PageRequest, toPage } from '#common/database';
import { InvalidFields, NotFound } from '#common/errors';
import { findProvider } from '../catalogue/provider-catalogue.js';
import { WorkspaceLimitsRepository } from '../workspace-limits.repository.js';
import { ModelOverridesRepository } from './model-overrides.repository.js';
import type { ModelOverride, ModelOverrideDraft } from './model-overrides.types.js';

/** What workspaces say of models. */
@Injectable()
export class ModelOverridesService {
  constructor(
    private readonly repository: ModelOverridesRepository,
    private readonly limits: WorkspaceLimitsRepository,
    private readonly abilities: Abilities,
  ) {}

  async list(actor: Actor, { limit, cursor }: PageRequest): Promise<Page<ModelOverride>> {
    this.abilities.assertCan(actor, 'read', 'Model');
    const after = cursor ? decodeCursor(cursor) : null;
    return toPage(await this.repository.list(actor.workspaceId, limit + 1, after), limit);
  }

  /**
   * Takes the place of what was said of this model before.
   * @throws InvalidFields when its provider has no such interface; ProviderLimitReached.
   */
  async put(actor: Actor, draft: ModelOverrideDraft): Promise<ModelOverride> {
    this.abilities.assertCan(actor, 'update', 'Model');
    if (draft.api !== null && !findProvider(draft.provider)?.apis?.includes(draft.api))
      throw new InvalidFields([{ path: 'api', message: 'is no interface of this provider' }]);
    const { workspaceId } = actor;
    return this.limits.adding(workspaceId, 'overrides', () => this.repository.put(workspaceId, draft));
  }

  /** @throws NotFound */
  async remove(actor: Actor, id: string): Promise<void> {
    this.abilities.assertCan(actor, 'update', 'Model');
    if (!(await this.repository.remove(actor.workspaceId, id)))
      throw new NotFound('What was said of the model');
  }
}
