import { Injectable } from '@nestjs/common';
import { OutboundClient } from '#common/http';
import { OpenAiReranker } from './adapters/openai/openai.reranker.js';
import { CredentialAccounts } from './credentials/credential-accounts.js';
import type { StoredCredential } from './credentials/credentials.types.js';
import { KeptAdapters } from './kept-adapters.js';
import type { Reranker } from './ports/reranker.port.js';
import { ProviderCalls } from './provider-calls.js';
import type { ModelRef } from './providers.types.js';

/** Makes the adapters that put texts in order, one for each credential and model. */
@Injectable()
export class RerankAdapters {
  readonly #kept = new KeptAdapters<Reranker>();

  constructor(
    private readonly credentials: CredentialAccounts,
    private readonly outbound: OutboundClient,
    private readonly calls: ProviderCalls,
  ) {}

  /** @throws ProviderAuthFailed for a credential that cannot be opened. */
  open({ provider, name }: ModelRef, credential: StoredCredential): Reranker {
    return this.#kept.get(`${credential.id}\n${name}`, credential.version, () => {
      const { account } = this.credentials.open(credential);
      return this.calls.reranker(new OpenAiReranker(account, this.outbound, name), { provider, name });
    });
  }
}
