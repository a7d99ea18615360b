import { Injectable } from '@nestjs/common';
import { EmbeddingModels } from '#modules/providers';
import { EmbeddingsRepository } from './embeddings.repository.js';
import { RetrievalRepository, type SearchResult } from './retrieval/retrieval.repository.js';

/** What is looked for, in which sources. */
export interface SearchRequest {
  readonly workspaceId: string;
  /** Only sources attached to this bot are searched. */
  readonly botId: string;
  readonly query: string;
  readonly topK?: number;
  readonly minScore?: number;
}

const DEFAULT_TOP_K = 6;

/** Finds the passages that a question is about, by words and by meaning. */
@Injectable()
export class RetrievalService {
  constructor(
    private readonly repository: RetrievalRepository,
    private readonly embeddings: EmbeddingsRepository,
    private readonly models: EmbeddingModels,
  ) {}

  async search(request: SearchRequest): Promise<SearchResult> {
    const { workspaceId, botId, query, topK = DEFAULT_TOP_K, minScore = 0 } = request;
    const embeddingModelId = await this.embeddings.servingModel(workspaceId, this.models.current().id);
    const [queryVector] = (await this.models.byId(embeddingModelId)?.embed([query])) ?? [];
    return this.repository.search({
      workspaceId,
      botId,
      query,
      queryVector,
      embeddingModelId,
      topK,
      minScore,
    });
  }
}
