import { Inject, Injectable } from '@nestjs/common';
import { OutboundClient } from '#common/http';
import { ProvidersConfig } from '#config';
import { GeminiEmbeddingModel } from './adapters/gemini/gemini.embedding-model.js';
import { OpenAiEmbeddingModel } from './adapters/openai/openai.embedding-model.js';
import type { EmbeddingSettings } from './adapters/shared/embedding-texts.js';
import type { ProviderAccount } from './adapters/shared/provider-account.js';
import { findProvider, type ProviderFacts } from './catalogue/provider-catalogue.js';
import { CredentialAccounts, type OpenedCredential } from './credentials/credential-accounts.js';
import type { StoredCredential } from './credentials/credentials.types.js';
import { installationAccounts } from './installation-models.js';
import { KeptAdapters } from './kept-adapters.js';
import type { EmbeddingModel } from './ports/embedding-model.port.js';
import { ProviderCalls } from './provider-calls.js';
import { ProviderNotConfigured } from './providers.errors.js';
import { EMBEDDING_MODELS, type EmbeddingChoice, type ModelRef } from './providers.types.js';
import { RetryPolicy } from './retry-policy.js';

/** A model that this installation has for every workspace. */
export interface InstalledEmbeddings {
  readonly choice: EmbeddingChoice;
  readonly model: EmbeddingModel;
}

/** Makes the adapters that embed: those of the installation, and one for each credential and model that is chosen. */
@Injectable()
export class EmbeddingAdapters {
  readonly #installed: ReadonlyMap<string, InstalledEmbeddings>;
  readonly #accounts: ReadonlyMap<string, ProviderAccount>;
  readonly #kept = new KeptAdapters<EmbeddingModel>();

  constructor(
    @Inject(EMBEDDING_MODELS) models: ReadonlyMap<string, EmbeddingModel>,
    config: ProvidersConfig,
    private readonly outbound: OutboundClient,
    private readonly retries: RetryPolicy,
    private readonly calls: ProviderCalls,
    private readonly credentials: CredentialAccounts,
  ) {
    this.#installed = new Map([...models].map(([name, model]) => [name, this.#install(model)]));
    this.#accounts = installationAccounts(config);
  }

  /** By its name in `EMBEDDINGS`. @throws ProviderNotConfigured */
  installed(name: string): InstalledEmbeddings {
    const installed = this.#installed.get(name);
    if (!installed) throw new ProviderNotConfigured(name);
    return installed;
  }

  /** The one whose vectors have this id. */
  installedById(id: string): InstalledEmbeddings | null {
    return [...this.#installed.values()].find(({ choice }) => choice.id === id) ?? null;
  }

  /** Whether the operator has an account there. */
  hasAccount(provider: string): boolean {
    return this.#accounts.has(provider);
  }

  /**
   * The model that calls with this credential of the workspace, or with the operator's account.
   *
   * @throws ProviderNotConfigured when that account is gone, ProviderAuthFailed for a credential that cannot be opened.
   */
  open(
    settings: EmbeddingSettings,
    { provider, name }: ModelRef,
    credential: StoredCredential | null,
  ): EmbeddingModel {
    const { id, version } = credential ?? { id: provider, version: '' };
    const key = [id, settings.id, settings.dimensions, settings.askedDimensions].join('\n');
    return this.#kept.get(key, version, () => {
      const opened = credential ? this.credentials.open(credential) : this.#ofOperator(provider);
      return this.calls.embedding(this.#make(opened, settings), { provider, name });
    });
  }

  #make({ provider: { adapter }, account }: OpenedCredential, settings: EmbeddingSettings): EmbeddingModel {
    const Adapter = adapter === 'gemini' ? GeminiEmbeddingModel : OpenAiEmbeddingModel;
    return new Adapter(account, this.outbound, this.retries, undefined, settings);
  }

  #ofOperator(id: string): OpenedCredential {
    const provider: ProviderFacts | undefined = findProvider(id);
    const account = this.#accounts.get(id);
    if (!provider || !account) throw new ProviderNotConfigured(id);
    return { provider, account };
  }

  #install(model: EmbeddingModel): InstalledEmbeddings {
    const { id, dimensions } = model;
    const ref = refIn(id);
    const choice = { ...ref, id, credentialId: null, dimensions: dimensions ?? 0, isShortened: false };
    return { choice, model: this.calls.embedding(model, ref) };
  }
}

/** `openai/text-embedding-3-small@1`, without the version. */
function refIn(id: string): ModelRef {
  const slash = id.indexOf('/');
  return { provider: id.slice(0, slash), name: id.slice(slash + 1).replace(/@\d+$/, '') };
}
