import { Injectable } from '@nestjs/common';
import { OutboundClient } from '#common/http';
import { AnthropicChatModel } from './adapters/anthropic/anthropic.chat-model.js';
import { GeminiChatModel } from './adapters/gemini/gemini.chat-model.js';
import { LocalChatModel } from './adapters/local/local.chat-model.js';
import { OpenAiChatModel } from './adapters/openai/openai.chat-model.js';
import type { ProviderAccount } from './adapters/shared/provider-account.js';
import { CHAT_PATIENCE } from './call-clock.js';
import { findModel } from './catalogue/model-catalogue.js';
import type { ProviderFacts } from './catalogue/provider-catalogue.js';
import { CredentialAccounts } from './credentials/credential-accounts.js';
import type { StoredCredential } from './credentials/credentials.types.js';
import { KeptAdapters } from './kept-adapters.js';
import type { ChatModel } from './ports/chat-model.port.js';

/** Makes the adapter that speaks with a provider, once a credential. */
@Injectable()
export class ChatAdapters {
  readonly #kept = new KeptAdapters<ChatModel>();

  constructor(
    private readonly outbound: OutboundClient,
    private readonly accounts: CredentialAccounts,
  ) {}

  /** The adapter that calls with a workspace's credential. */
  withCredential(credential: StoredCredential): ChatModel {
    return this.#kept.get(credential.id, credential.version, () => {
      const { provider, account } = this.accounts.open(credential);
      return this.withAccount(provider, account);
    });
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
}
