import { Injectable, Logger } from '@nestjs/common';
import type { Reading } from '#common/database';
import { Operations } from '#common/telemetry';
import {
  type EmbeddingChoice,
  EmbeddingModels,
  type ModelCall,
  type WorkspaceModels,
} from '#modules/providers';
import { EmbeddingSpaces } from './embedding-spaces.service.js';
import { retrieval } from './retrieval.operation.js';
import { RetrievalRepository } from './retrieval/retrieval.repository.js';
import type { SearchableCorpus, SearchResult } from './retrieval/search.types.js';

/** What is looked for, in which sources. */
export interface SearchRequest {
  readonly workspaceId: string;
  /** Only sources attached to this bot are searched. */
  readonly botId: string;
  readonly query: string;
  readonly topK?: number;
  readonly minScore?: number;
  /** What the workspace can ask, where that is known already. */
  readonly models?: WorkspaceModels;
  /** Told of the call that embeds the query, for the ledger, where a provider is asked. */
  readonly onCall?: (call: ModelCall) => void;
}

const DEFAULT_TOP_K = 6;
/** Nobody waits longer for the meaning of a question; its words find much. */
const QUESTION_PATIENCE_MS = 5_000;
const NOTHING: SearchResult = { hits: [], support: 0, supported: false };

/** Finds the passages that a question is about, by words and by meaning. */
@Injectable()
export class RetrievalService {
  readonly #logger = new Logger(RetrievalService.name);

  constructor(
    private readonly repository: RetrievalRepository,
    private readonly spaces: EmbeddingSpaces,
    private readonly models: EmbeddingModels,
    private readonly operations: Operations,
  ) {}

  /** How much a bot can be asked about: what `search` looks up first, for callers that have to wait anyway. */
  corpusOf(scope: Pick<SearchRequest, 'workspaceId' | 'botId'>): Promise<SearchableCorpus> {
    return this.repository.corpusOf(scope);
  }

  /**
   * The same, to be read along by somebody else's statement.
   * @param bot an expression of SQL that gives the bot's id, the same for every row.
   */
  corpusReading(workspaceId: string, bot: string): Reading<SearchableCorpus> {
    return this.repository.corpusReading(workspaceId, bot);
  }

  /** Finds by words alone when the embedding model does not answer. */
  async search(request: SearchRequest, known?: SearchableCorpus): Promise<SearchResult> {
    return this.operations.run(retrieval, { 'bot.id': request.botId }, async (run) => {
      const result = await this.#search(request, known);
      run.note({ hits: result.hits.length, supported: result.supported });
      return result;
    });
  }

  async #search(request: SearchRequest, known?: SearchableCorpus): Promise<SearchResult> {
    const { workspaceId, botId, query, topK = DEFAULT_TOP_K, minScore = 0 } = request;
    const corpus = known ?? (await this.corpusOf(request));
    if (corpus.passages === 0) return NOTHING;
    const choice = corpus.serving
      ? this.spaces.choiceOf(corpus.serving)
      : (await this.spaces.of(workspaceId)).serving;
    const queryVector = choice ? this.#embed(choice, request) : undefined;
    const embeddingModelId = choice?.id ?? '';
    const search = { workspaceId, botId, query, queryVector, embeddingModelId, topK, minScore };
    return this.repository.search(search, corpus);
  }

  async #embed(
    choice: EmbeddingChoice,
    { workspaceId, botId, query, models, onCall = () => undefined }: SearchRequest,
  ): Promise<Float32Array | undefined> {
    const watched = { workspaceId, botId, models, onCall, withinMs: QUESTION_PATIENCE_MS };
    try {
      const [vector] = await this.models.embed(choice, [query], watched);
      return vector;
    } catch (error) {
      this.#logger.warn({ err: error, model: choice.id }, 'A question could not be embedded');
      return undefined;
    }
  }
}
