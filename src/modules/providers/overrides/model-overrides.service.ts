import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { decodeCursor, type Page, type PageRequest, toPage } from '#common/database';
import { NotFound } from '#common/errors';
import { ModelOverridesRepository } from './model-overrides.repository.js';
import type { ModelOverride, ModelOverrideDraft } from './model-overrides.types.js';

/** What workspaces say of models. */
@Injectable()
export class ModelOverridesService {
  constructor(
    private readonly repository: ModelOverridesRepository,
    private readonly abilities: Abilities,
  ) {}

  async list(actor: Actor, { limit, cursor }: PageRequest): Promise<Page<ModelOverride>> {
    this.abilities.assertCan(actor, 'read', 'Model');
    const after = cursor ? decodeCursor(cursor) : null;
    return toPage(await this.repository.list(actor.workspaceId, limit + 1, after), limit);
  }

  /** Takes the place of what was said of this model before. */
  async put(actor: Actor, draft: ModelOverrideDraft): Promise<ModelOverride> {
    this.abilities.assertCan(actor, 'update', 'Model');
    return this.repository.put(actor.workspaceId, draft);
  }

  /** @throws NotFound */
  async remove(actor: Actor, id: string): Promise<void> {
    this.abilities.assertCan(actor, 'update', 'Model');
    if (!(await this.repository.remove(actor.workspaceId, id)))
      throw new NotFound('What was said of the model');
  }
}
