import { Injectable } from '@nestjs/common';
import { ModelAccess } from './model-access.js';
import { ProviderNotConfigured } from './providers.errors.js';
import type { ModelRef } from './providers.types.js';
import { RerankAdapters } from './rerank-adapters.js';
import { TextCalls, type WatchedTexts } from './text-calls.js';

/** The models that put texts in order, on servers that a workspace has a credential for. */
@Injectable()
export class RerankModels {
  constructor(
    private readonly access: ModelAccess,
    private readonly adapters: RerankAdapters,
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
    const reranker = this.adapters.open(ref, credential);
    // Each text is read together with the question.
    const read = texts.map((text) => `${query}\n${text}`);
    const call = { ref, credentialId: credential.id, kind: 'rerank' as const };
    return this.calls.run(call, read, models, watched, (watch) => reranker.rerank(query, texts, watch));
  }
}
