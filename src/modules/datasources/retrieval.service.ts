import { Injectable, Logger } from '@nestjs/common';
import type { Reading } from '#common/database';
import { Operations } from '#common/telemetry';
import {
  type EmbeddingChoice,
  EmbeddingModels,
  type ModelCall,
  type ModelRef,
  type WorkspaceModels,
} from '#modules/providers';
import { FilterOutdated } from './datasources.errors.js';
import { EmbeddingSpaces } from './embedding-spaces.service.js';
import { withNeighbours } from './retrieval/add-neighbours.js';
import { explainSearch } from './retrieval/explain-search.js';
import type { Narrowing } from './retrieval/narrowing.js';
import type { PassageFilter } from './retrieval/passage-filter.types.js';
import { PassageFilters } from './retrieval/passage-filters.service.js';
import { RerankPassages } from './retrieval/rerank-passages.js';
import { bestOf } from './retrieval/ranking.js';
import { retrieval } from './retrieval.operation.js';
import { RetrievalRepository } from './retrieval/retrieval.repository.js';
import type { Ranking, SearchableCorpus, SearchResult } from './retrieval/search.types.js';

/** How passages are chosen. */
export interface RetrievalSettings {
  readonly topK?: number | undefined;
  /** Passages that score less are left out. */
  readonly minScore?: number | undefined;
  /** How many passages before and after each one are given along, 0 to 2. */
  readonly neighbours?: number | undefined;
  /** Whether passages stay that repeat better ones almost word for word. */
  readonly keepDuplicates?: boolean;
  /** Which passages may be found. */
  readonly filter?: PassageFilter;
  /** A model that reads the best passages together with the question, and puts them in order. */
  readonly reranker?: ModelRef;
}

/** What is looked for, in which sources. */
export interface SearchRequest extends RetrievalSettings {
  readonly workspaceId: string;
  /** Only sources attached to this bot are searched. */
  readonly botId: string;
  readonly query: string;
  /** Narrows this search alone, beside `filter`. */
  readonly askedFilter?: PassageFilter;
  /** Whether the result says how it came about. */
  readonly isExplained?: boolean;
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
    private readonly filters: PassageFilters,
    private readonly spaces: EmbeddingSpaces,
    private readonly models: EmbeddingModels,
    private readonly reranking: RerankPassages,
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

  /** @throws FilterOutdated */
  async #search(request: SearchRequest, known?: SearchableCorpus): Promise<SearchResult> {
    try {
      return await this.#searchOnce(request, known);
    } catch (error) {
      // Made anew, the filter knows the fields that there are now.
      if (!(error instanceof FilterOutdated)) throw error;
      return this.#searchOnce(request);
    }
  }

  async #searchOnce(request: SearchRequest, known?: SearchableCorpus): Promise<SearchResult> {
    const all = known ?? (await this.corpusOf(request));
    const narrowing = await this.#narrow(request, all);
    const corpus = narrowing ? await this.repository.corpusOf({ ...request, narrowing }) : all;
    const { minScore = 0, topK = DEFAULT_TOP_K } = request;
    if (corpus.passages === 0 && !request.isExplained) return NOTHING;
    const { embeddingModel, ...found } = await this.#rank({ ...request, topK, minScore }, corpus, narrowing);
    const { workspaceId, botId, query, reranker, models, onCall = () => undefined } = request;
    const asked = { workspaceId, botId, query, reranker, minScore, models, onCall };
    const { ranking, reranking } = await this.reranking.execute(found, asked);
    const result = await this.#surround(request, bestOf(ranking, { topK, minScore }));
    if (!request.isExplained) return result;
    const isFiltered = narrowing !== null;
    const explanation = explainSearch({
      ...{ ranking, result, minScore, isFiltered, embeddingModel, reranking },
    });
    return { ...result, explanation };
  }

  /** Costs nothing where neither the bot nor the question has a filter. */
  #narrow(request: SearchRequest, { tunings }: SearchableCorpus): Promise<Narrowing | null> | null {
    const { workspaceId, botId, filter: kept, askedFilter: asked } = request;
    if (!kept && !asked && !tunings.some(({ filter }) => filter)) return null;
    return this.filters.narrow({ workspaceId, botId, kept, asked, tunings });
  }

  async #rank(
    request: SearchRequest & { readonly topK: number; readonly minScore: number },
    corpus: SearchableCorpus,
    narrowing: Narrowing | null,
  ): Promise<Ranking & { readonly embeddingModel: string | null }> {
    const { workspaceId, botId, query, topK, minScore, keepDuplicates = false } = request;
    const choice = corpus.serving
      ? this.spaces.choiceOf(corpus.serving)
      : (await this.spaces.of(workspaceId)).serving;
    const queryVector = choice ? this.#embed(choice, request) : undefined;
    const embeddingModelId = choice?.id ?? '';
    const wanted = {
      topK,
      minScore,
      keepDuplicates,
      ranksAll: (request.isExplained ?? false) || request.reranker !== undefined,
    };
    const search = { workspaceId, botId, query, queryVector, embeddingModelId, narrowing, ...wanted };
    const ranking = await this.repository.rank(search, corpus);
    const embeddingModel = (await queryVector) ? embeddingModelId : null;
    return { ...ranking, embeddingModel };
  }

  async #surround(request: SearchRequest, result: SearchResult): Promise<SearchResult> {
    const { neighbours: reach = 0 } = request;
    if (reach === 0 || result.hits.length === 0) return result;
    const ids = result.hits.map(({ chunkId }) => chunkId);
    return {
      ...result,
      hits: withNeighbours(result.hits, await this.repository.neighboursOf(request, ids, reach)),
    };
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
