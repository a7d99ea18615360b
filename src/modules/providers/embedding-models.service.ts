import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InvalidFields, NotFound } from '#common/errors';
import { ProvidersConfig } from '#config';
import { findModel } from './catalogue/model-catalogue.js';
import { EMBEDDING_PROVIDERS } from './catalogue/provider-catalogue.js';
import type { StoredCredential } from './credentials/credentials.types.js';
import { EmbeddingAdapters } from './embedding-adapters.js';
import { ModelAccess, type WorkspaceModels } from './model-access.js';
import type { EmbeddingModel } from './ports/embedding-model.port.js';
import { ProviderNotConfigured, UnknownModel } from './providers.errors.js';
import type { EmbeddingChoice, EmbeddingWish, ModelRef } from './providers.types.js';
import { TextCalls, type WatchedTexts } from './text-calls.js';

export type { WatchedTexts as WatchedEmbedding } from './text-calls.js';

/** A model with all that a call of it needs. */
interface Opened {
  readonly ref: ModelRef;
  readonly credentialId: string | null;
  readonly model: EmbeddingModel;
}

/** Longer vectors than any well-known model's cost more to keep and compare than they tell. */
export const MOST_DIMENSIONS = 4_096;
const TRIAL_TEXT = 'A text to try the model out with.';

/** The embedding models that workspaces can use. */
@Injectable()
export class EmbeddingModels {
  constructor(
    private readonly config: ProvidersConfig,
    private readonly adapters: EmbeddingAdapters,
    private readonly access: ModelAccess,
    private readonly calls: TextCalls,
  ) {}

  /**
   * What workspaces embed with that have not chosen.
   *
   * @throws ProviderNotConfigured when `EMBEDDINGS` names a provider whose key is missing.
   */
  usual(): EmbeddingChoice {
    return this.adapters.installed(this.config.embeddings).choice;
  }

  /** The installation's model that made vectors with this id; `null` when it is gone. */
  byId(id: string): EmbeddingChoice | null {
    return this.adapters.installedById(id)?.choice ?? null;
  }

  /**
   * Embeds, within the budgets of the workspace.
   *
   * @throws BudgetExhausted before anybody is asked; ProviderFailure.
   */
  async embed(
    choice: EmbeddingChoice,
    texts: readonly string[],
    watched: WatchedTexts,
  ): Promise<Float32Array[]> {
    if (texts.length === 0) return [];
    const installed = choice.credentialId === null ? this.adapters.installedById(choice.id) : null;
    if (installed?.choice.provider === 'local') return installed.model.embed(texts, watched);
    const models = watched.models ?? (await this.access.of(watched.workspaceId));
    const model = installed?.model ?? this.#open(choice, models);
    return this.#call({ ref: choice, credentialId: choice.credentialId, model }, texts, models, watched);
  }

  /**
   * Finds out, by a call, whether a workspace can embed as it wishes, and what of it becomes.
   *
   * @throws UnknownModel, NotFound for a credential that it does not have, InvalidFields, ProviderNotConfigured,
   * BudgetExhausted; ProviderFailure when the model does not answer.
   */
  async tryOut(wish: EmbeddingWish, watched: WatchedTexts): Promise<EmbeddingChoice> {
    const { provider, name } = wish;
    if (!EMBEDDING_PROVIDERS.includes(provider)) throw new UnknownModel(EMBEDDING_PROVIDERS);
    if (provider === 'local') return this.#builtIn(wish);
    const models = await this.access.of(watched.workspaceId);
    const credential = this.#credentialFor(wish, models);
    const usual = findModel(provider, name)?.dimensions;
    const isShortened = wish.dimensions !== undefined && wish.dimensions !== usual;
    const asked = isShortened ? wish.dimensions : undefined;
    const settings = settingsOf({ id: 'trial', provider, name, dimensions: asked ?? usual, isShortened });
    const model = this.adapters.open({ ...settings, dimensions: null }, wish, credential);
    const credentialId = credential?.id ?? null;
    const [vector] = await this.#call(
      { ref: { provider, name }, credentialId, model },
      [TRIAL_TEXT],
      models,
      watched,
    );
    const dimensions = vector?.length ?? 0;
    assertFits(wish, dimensions);
    const id = vectorIdOf(wish, isShortened ? dimensions : null, credential);
    return { id, provider, name, credentialId, dimensions, isShortened };
  }

  #builtIn({ name, credentialId, dimensions }: EmbeddingWish): EmbeddingChoice {
    const { choice } = this.adapters.installed('local');
    if (choice.name !== name) throw new UnknownModel([choice.name]);
    if (credentialId !== undefined)
      throw new InvalidFields([{ path: 'credentialId', message: 'is not for the built-in model' }]);
    assertFits({ dimensions }, choice.dimensions);
    return choice;
  }

  #credentialFor(
    { provider, credentialId }: EmbeddingWish,
    models: WorkspaceModels,
  ): StoredCredential | null {
    const own = models.credentialsFor(provider);
    if (credentialId !== undefined) {
      const named = own.find(({ id }) => id === credentialId);
      if (!named) throw new NotFound(`A credential for "${provider}" with this id`);
      return named;
    }
    const [first] = own;
    if (!first && !this.adapters.hasAccount(provider)) throw new ProviderNotConfigured(provider);
    return first ?? null;
  }

  #open(choice: EmbeddingChoice, models: WorkspaceModels): EmbeddingModel {
    const { provider, credentialId } = choice;
    const credential = models.credentialsFor(provider).find(({ id }) => id === credentialId);
    if (credentialId !== null && !credential) throw new ProviderNotConfigured(provider);
    return this.adapters.open(settingsOf(choice), choice, credential ?? null);
  }

  #call(
    { ref, credentialId, model }: Opened,
    texts: readonly string[],
    models: WorkspaceModels,
    watched: WatchedTexts,
  ): Promise<Float32Array[]> {
    return this.calls.run({ ref, credentialId, kind: 'embedding' }, texts, models, watched, (watch) =>
      model.embed(texts, watch),
    );
  }
}

/** Gemini's models give vectors of 3,072 numbers by themselves, more than they are worth; it is always told how many. */
function settingsOf({
  id,
  provider,
  name,
  dimensions = null,
  isShortened,
}: Pick<EmbeddingChoice, 'id' | 'provider' | 'name' | 'isShortened'> & {
  dimensions?: number | null | undefined;
}) {
  const askedDimensions = isShortened || provider === 'gemini' ? dimensions : null;
  return { id, name, dimensions, askedDimensions };
}

function assertFits({ dimensions: wished }: Pick<EmbeddingWish, 'dimensions'>, given: number): void {
  const complaint =
    wished !== undefined && wished !== given
      ? `must be ${given}, which is what this model gives`
      : `must be given: by itself this model gives ${given}, and at most ${MOST_DIMENSIONS} are kept`;
  if ((wished ?? given) !== given || given > MOST_DIMENSIONS)
    throw new InvalidFields([{ path: 'dimensions', message: complaint }]);
}

/** The same model of the same length at the same address; behind another address the same name may be another model. */
function vectorIdOf(
  { provider, name }: ModelRef,
  shortenedTo: number | null,
  credential: StoredCredential | null,
): string {
  const address = credential?.baseUrl;
  const place = address ? `/${createHash('sha256').update(address).digest('hex').slice(0, 8)}` : '';
  return `${provider}/${name}@1${shortenedTo === null ? '' : `/${shortenedTo}`}${place}`;
}
