import { Injectable } from '@nestjs/common';
import { OutboundClient } from '#common/http';
import { OpenAiReranker } from './adapters/openai/openai.reranker.js';
import { CredentialAccounts } from './credentials/credential-accounts.js';
import type { StoredCredential } from './credentials/credentials.types.js';
import { KeptAdapters } from './kept-adapters.js';
import { ModelAccess } from './model-access.js';
import type { Reranker } from './ports/reranker.port.js';
import { ProviderCalls } from './provider-calls.js';
import { ProviderNotConfigured } from './providers.errors.js';
import type { ModelRef } from './providers.types.js';
import { TextCalls, type WatchedTexts } from './text-calls.js';

/** The models that put texts in order, on servers that a workspace has a credential for. */
@Injectable()
export class RerankModels {
  readonly #kept = new KeptAdapters<Reranker>();

  constructor(
    private readonly access: ModelAccess,
    private readonly credentials: CredentialAccounts,
    private readonly outbound: OutboundClient,
    private readonly watched: ProviderCalls,
    private readonly calls: TextCalls,
  ) {}

  /**
   * How well each text fits the question, within the budgets of the workspace.
   *
   * @throws ProviderNotConfigured without a credential, BudgetExhausted; ProviderFailure.
   */
  async rerank(
    ref: ModelRef,
    query: string,
    texts: readonly string[],
    watched: WatchedTexts,
  ): Promise<number[]> {
    if (texts.length === 0) return [];
    const models = watched.models ?? (await this.access.of(watched.workspaceId));
    const [credential] = models.credentialsFor(ref.provider);
    if (!credential) throw new ProviderNotConfigured(ref.provider);
    const reranker = this.#open(ref, credential);
    // Each text is read together with the question.
    const read = texts.map((text) => `${query}\n${text}`);
    const call = { ref, credentialId: credential.id, kind: 'rerank' as const };
    return this.calls.run(call, read, models, watched, (watch) => reranker.rerank(query, texts, watch));
  }

  #open({ provider, name }: ModelRef, credential: StoredCredential): Reranker {
    return this.#kept.get(`${credential.id}\n${name}`, credential.version, () => {
      const { account } = this.credentials.open(credential);
      return this.watched.reranker(new OpenAiReranker(account, this.outbound, name), { provider, name });
    });
  }
}
