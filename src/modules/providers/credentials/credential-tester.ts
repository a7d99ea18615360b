import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { ChatAdapters } from '../chat-adapters.js';
import { MODELS } from '../catalogue/model-catalogue.js';
import { findProvider } from '../catalogue/provider-catalogue.js';
import type { ChatRequest } from '../ports/chat-model.port.js';
import { ProviderFailure } from '../providers.errors.js';
import { CredentialsRepository } from './credentials.repository.js';
import { CredentialsService } from './credentials.service.js';
import type { CredentialTrial } from './credentials.types.js';

const NEEDS_A_MODEL = 'Name a model to be asked: which ones there are, only your server knows.';
const MEANINGS: Readonly<Record<string, string>> = {
  provider_auth:
    'The provider refuses the key, or the account has no credit left. Check the key and the billing page.',
  provider_rate_limited:
    'The key is good, but the provider takes no more requests for now, or the quota is used up.',
  provider_overloaded:
    'The provider answers with a failure of its own. The key could not be judged; try again shortly.',
  provider_timeout: 'Nothing came back in time. Check the base URL, or try again shortly.',
  provider_unreachable:
    'Nothing answers at this address, or it may not be reached from here. Check the base URL; a private address has to be in OUTBOUND_ALLOW.',
  provider_protocol:
    "What answers at this address does not speak the provider's protocol. Check the base URL and its path.",
  provider_bad_request:
    'The provider is reached, but it does not know this model or does not allow it to this key.',
};

/** Tries credentials out. */
@Injectable()
export class CredentialTester {
  constructor(
    private readonly credentials: CredentialsService,
    private readonly repository: CredentialsRepository,
    private readonly adapters: ChatAdapters,
    private readonly abilities: Abilities,
  ) {}

  /**
   * Asks the cheapest model for one word. Notes on the credential what the provider thinks of it.
   * @throws NotFound
   */
  async test(
    actor: Actor,
    id: string,
    modelName: string | undefined,
    signal: AbortSignal,
  ): Promise<CredentialTrial> {
    this.abilities.assertCan(actor, 'update', 'ProviderCredential');
    const credential = await this.credentials.get(actor, id);
    const name = modelName ?? trialModelOf(credential.provider);
    const startedAt = performance.now();
    const trial = (ok: boolean, code: string | null, message: string): CredentialTrial => ({
      ...{ ok, code, message, modelName: name ?? null },
      latencyMs: Math.round(performance.now() - startedAt),
    });
    if (!name) return trial(false, 'provider_bad_request', NEEDS_A_MODEL);
    const adapter = this.adapters.withCredential({
      ...{ id, provider: credential.provider, sealed: credential.sealed, baseUrl: credential.baseUrl },
      ...{ state: credential.state, version: `trial ${credential.updatedAt.toISOString()}` },
    });
    try {
      for await (const event of adapter.stream(askingFor(name, signal))) if (event.type === 'text') break;
      await this.repository.mark(actor.workspaceId, id, 'active');
      return trial(
        true,
        null,
        `${findProvider(credential.provider)?.label ?? 'The provider'} accepts the credential.`,
      );
    } catch (failure) {
      signal.throwIfAborted();
      if (!(failure instanceof ProviderFailure)) throw failure;
      if (failure.code === 'provider_auth') await this.repository.mark(actor.workspaceId, id, 'refused');
      return trial(false, failure.code, MEANINGS[failure.code] ?? failure.message);
    }
  }
}

function trialModelOf(provider: string): string | undefined {
  const models = MODELS.filter((model) => model.provider === provider && model.kind === 'chat');
  const byPrice = models.toSorted((a, b) => (a.price?.output ?? Infinity) - (b.price?.output ?? Infinity));
  return byPrice[0]?.name;
}

function askingFor(model: string, signal: AbortSignal): ChatRequest {
  return {
    ...{ model, signal, sources: [], supported: false, maxOutputTokens: 16 },
    instructions: 'Answer with the one word "ok".',
    messages: [{ role: 'user', content: 'Say ok.' }],
  };
}
