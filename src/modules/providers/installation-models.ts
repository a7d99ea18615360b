import type { ProvidersConfig } from '#config';
import type { ProviderAccount } from './adapters/shared/provider-account.js';
import { PROVIDERS } from './catalogue/provider-catalogue.js';
import type { ChatAdapters } from './chat-adapters.js';
import type { ChatModel } from './ports/chat-model.port.js';

/** The accounts that the operator has set for everybody, by provider. */
export function installationAccounts(config: ProvidersConfig): ReadonlyMap<string, ProviderAccount> {
  const set: [string, string | undefined, string | undefined][] = [
    ['openai', config.openAiApiKey, config.openAiBaseUrl],
    ['anthropic', config.anthropicApiKey, config.anthropicBaseUrl],
    ['gemini', config.geminiApiKey, config.geminiBaseUrl],
  ];
  return new Map(
    set.flatMap(([provider, apiKey, baseUrl]): [string, ProviderAccount][] =>
      apiKey || baseUrl ? [[provider, { apiKey, baseUrl, isOperators: true }]] : [],
    ),
  );
}

/** The chat models that need no credential of a workspace: the built-in one, and those of the operator's accounts. */
export function installationModels(
  config: ProvidersConfig,
  adapters: ChatAdapters,
): ReadonlyMap<string, ChatModel> {
  const accounts = installationAccounts(config);
  return new Map(
    PROVIDERS.flatMap((provider): [string, ChatModel][] => {
      const account = provider.adapter === 'local' ? {} : accounts.get(provider.id);
      return account ? [[provider.id, adapters.withAccount(provider, account)]] : [];
    }),
  );
}
