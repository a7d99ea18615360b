import { Injectable } from '@nestjs/common';
import { OutboundClient } from '#common/http';
import { AnthropicChatModel } from './adapters/anthropic/anthropic.chat-model.js';
import { GeminiChatModel } from './adapters/gemini/gemini.chat-model.js';
import { LocalChatModel } from './adapters/local/local.chat-model.js';
import { OpenAiChatModel } from './adapters/openai/openai.chat-model.js';
import type { ProviderAccount } from './adapters/shared/provider-account.js';
import { CHAT_PATIENCE } from './call-clock.js';
import { findModel } from './catalogue/model-catalogue.js';
import { findProvider, type ProviderFacts } from './catalogue/provider-catalogue.js';
import { CredentialsService } from './credentials/credentials.service.js';
import type { CredentialSecrets, StoredCredential } from './credentials/credentials.types.js';
import type { ChatModel } from './ports/chat-model.port.js';
import { ProviderAuthFailed, UnknownModel } from './providers.errors.js';

/** Adapters are kept as long as they are used; each holds a client of the vendor's SDK. */
const MOST_KEPT = 500;

/** Makes the adapter that speaks with a provider, once a credential. */
@Injectable()
export class ChatAdapters {
  readonly #kept = new Map<string, { readonly version: string; readonly model: ChatModel }>();

  constructor(
    private readonly outbound: OutboundClient,
    private readonly credentials: CredentialsService,
  ) {}

  /** The adapter that calls with a workspace's credential. */
  withCredential(credential: StoredCredential): ChatModel {
    const { id, version } = credential;
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    const model = kept?.version === version ? kept.model : this.#open(credential);
    this.#kept.set(id, { version, model });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(oldest);
    }
    return model;
  }

  /** The adapter that calls with this account. */
  withAccount(provider: ProviderFacts, account: ProviderAccount): ChatModel {
    const { id, adapter, limitName } = provider;
    const usualApi = (model: string) => findModel(id, model)?.api;
    const dialect = { provider: id, usualApi, ...(limitName ? { limitName } : {}) };
    switch (adapter) {
      case 'local':
        return new LocalChatModel();
      case 'anthropic':
        return new AnthropicChatModel(account, this.outbound);
      case 'gemini':
        return new GeminiChatModel(account, this.outbound);
      case 'openai':
        return new OpenAiChatModel(account, this.outbound, CHAT_PATIENCE, dialect);
    }
  }

  #open({ provider: id, baseUrl, ...sealed }: StoredCredential): ChatModel {
    const provider = findProvider(id);
    if (!provider) throw new UnknownModel();
    const { secret, headers = {} } = this.#secretsOf(sealed);
    const { keyHeader } = provider;
    const url = baseUrl ?? provider.baseUrl ?? undefined;
    return this.withAccount(provider, {
      ...(secret ? { apiKey: secret } : {}),
      ...(url ? { baseUrl: url } : {}),
      headers: keyHeader && secret ? { ...headers, [keyHeader]: secret } : headers,
    });
  }

  /** One that was sealed with a key that is lost is as good as refused. @throws ProviderAuthFailed */
  #secretsOf(sealed: Pick<StoredCredential, 'id' | 'sealed'>): CredentialSecrets {
    try {
      return this.credentials.secretsOf(sealed);
    } catch (cause) {
      throw new ProviderAuthFailed({ cause });
    }
  }
}
