import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import {
  type EmbeddingChoice,
  EmbeddingModels,
  type EmbeddingWish,
  Ledger,
  type ModelCall,
} from '#modules/providers';
import { EmbeddingSpaces } from './embedding-spaces.service.js';
import type { ChangedEmbeddings, EmbeddingsView } from './embedding-choice.types.js';
import { EmbeddingsRepository } from './embeddings.repository.js';

/** Choosing the model that a workspace is searched by. */
@Injectable()
export class EmbeddingsService {
  constructor(
    private readonly spaces: EmbeddingSpaces,
    private readonly repository: EmbeddingsRepository,
    private readonly models: EmbeddingModels,
    private readonly ledger: Ledger,
    private readonly abilities: Abilities,
  ) {}

  /** @throws ProviderNotConfigured */
  async show(actor: Actor): Promise<EmbeddingsView> {
    this.abilities.assertCan(actor, 'read', 'Model');
    const { workspaceId } = actor;
    const { current, serving, isChosen } = await this.spaces.of(workspaceId);
    const isServing = serving?.id === current.id;
    const waiting = await this.repository.countWithout(workspaceId, current.id);
    return { current, isChosen, isServing, waiting };
  }

  /**
   * Asks the model for one vector, and embeds with it from now on.
   * @throws whatever keeps the workspace from embedding so; then nothing has changed.
   */
  async choose(actor: Actor, wish: EmbeddingWish, gone: AbortSignal): Promise<ChangedEmbeddings> {
    this.abilities.assertCan(actor, 'update', 'Model');
    return this.#change(actor, await this.#tryOut(actor, wish, gone));
  }

  /** Embeds as the installation does. @throws ProviderNotConfigured */
  async reset(actor: Actor): Promise<ChangedEmbeddings> {
    this.abilities.assertCan(actor, 'update', 'Model');
    return this.#change(actor, null);
  }

  async #change(actor: Actor, choice: EmbeddingChoice | null): Promise<ChangedEmbeddings> {
    const job = await this.spaces.change(actor.workspaceId, choice);
    return { ...(await this.show(actor)), job };
  }

  async #tryOut(actor: Actor, wish: EmbeddingWish, signal: AbortSignal): Promise<EmbeddingChoice> {
    const { workspaceId, userId } = actor;
    const calls: ModelCall[] = [];
    try {
      return await this.models.tryOut(wish, { workspaceId, signal, onCall: (call) => calls.push(call) });
    } finally {
      const apiKeyId = actor.kind === 'apiKey' ? actor.id : null;
      await this.ledger.write({ workspaceId, userId, apiKeyId }, calls);
    }
  }
}
