import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InvalidFields, NotFound } from '#common/errors';
import { ProvidersConfig } from '#config';
import { BudgetKeeper } from './budgets/budget-keeper.js';
import { CallClock } from './call-clock.js';
import { CallRecord } from './call-record.js';
import { findModel } from './catalogue/model-catalogue.js';
import { EMBEDDING_PROVIDERS } from './catalogue/provider-catalogue.js';
import { Circuits } from './circuits.js';
import { CredentialMarks } from './credentials/credential-marks.js';
import type { StoredCredential } from './credentials/credentials.types.js';
import { EmbeddingAdapters } from './embedding-adapters.js';
import { handlingOf } from './failure-handling.js';
import { ModelAccess, type WorkspaceModels } from './model-access.js';
import type { EmbeddingModel } from './ports/embedding-model.port.js';
import { ProviderFailure, ProviderNotConfigured, UnknownModel } from './providers.errors.js';
import type { EmbeddingChoice, EmbeddingWish, ModelCall, ModelRef } from './providers.types.js';
import { mostSpentOnTexts, spentOn } from './spending.js';

/** For whom something is embedded, and who wants to know how it goes. */
export interface WatchedEmbedding {
  readonly workspaceId: string;
  /** Whose budgets count it beside those of the workspace. */
  readonly botId?: string;
  /** What the workspace can ask, where that is known already. */
  readonly models?: WorkspaceModels | undefined;
  readonly signal?: AbortSignal | undefined;
  /** All of it, retries included, may take so long; by default two minutes. */
  readonly withinMs?: number;
  /** Told of the call when it has ended, however it did; never of one that reaches no provider. */
  readonly onCall: (call: ModelCall) => void;
}

/** A model with all that a call of it needs. */
interface Opened {
  readonly ref: ModelRef;
  readonly credentialId: string | null;
  readonly model: EmbeddingModel;
}

/** Longer vectors than any well-known model's cost more to keep and compare than they tell. */
export const MOST_DIMENSIONS = 4_096;
const LONGEST_MS = 120_000;
const TRIAL_TEXT = 'A text to try the model out with.';

/** The embedding models that workspaces can use. */
@Injectable()
export class EmbeddingModels {
  constructor(
    private readonly config: ProvidersConfig,
    private readonly adapters: EmbeddingAdapters,
    private readonly access: ModelAccess,
    private readonly budgets: BudgetKeeper,
    private readonly circuits: Circuits,
    private readonly marks: CredentialMarks,
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
    watched: WatchedEmbedding,
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
  async tryOut(wish: EmbeddingWish, watched: WatchedEmbedding): Promise<EmbeddingChoice> {
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

  async #call(
    { ref: { provider, name }, credentialId, model }: Opened,
    texts: readonly string[],
    models: WorkspaceModels,
    { workspaceId, botId, signal, withinMs = LONGEST_MS, onCall }: WatchedEmbedding,
  ): Promise<Float32Array[]> {
    const facts = models.factsOf({ provider, name });
    const budgets = models.budgets.filter((budget) => budget.botId === null || budget.botId === botId);
    const most = mostSpentOnTexts(facts?.price, texts);
    const ref = { provider, name };
    const reservation =
      budgets.length > 0
        ? await this.budgets.reserve(workspaceId, budgets, most, { messageId: null, ref })
        : null;
    const calls: ModelCall[] = [];
    const record = new CallRecord({ ref, credentialId, facts }, 1, (call) => calls.push(call), 'embedding');
    const clock = new CallClock(withinMs, signal);
    let inputTokens = 0;
    const onTokens = (tokens: number): void => {
      inputTokens += tokens;
      record.note({ type: 'usage', inputTokens, outputTokens: 0 });
    };
    try {
      const vectors = await this.circuits.begin({ provider, credentialId, model: name }, () =>
        model.embed(texts, { signal: clock.signal, onTokens }),
      );
      record.answered();
      return vectors;
    } catch (failure) {
      record.failed(failure, signal?.aborted ?? false);
      if (failure instanceof ProviderFailure && handlingOf(failure).marksCredential)
        this.marks.refuse(workspaceId, credentialId);
      throw failure;
    } finally {
      clock.release();
      calls.forEach(onCall);
      if (reservation) await this.budgets.settle(reservation, spentOn(calls, most));
    }
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
