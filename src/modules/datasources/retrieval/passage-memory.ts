import { Inject, Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Tenancy } from '#common/database';
import { RetrievalConfig } from '#config';
import type { PassageIndex } from './passage-index.js';
import type { Scope, VectorQuery } from './retrieval-statements.js';
import { SEARCH_LIMITS, type SearchLimits } from './search-limits.js';
import type { SearchableCorpus } from './search.types.js';

/** What is known of a bot that was asked lately. */
interface KnownBot {
  /** That of the corpus. */
  readonly version: string;
  readonly model: string;
  /** How often it was searched as it is. */
  searches: number;
  isLoading: boolean;
  readonly index: PassageIndex | null;
}

/** Where passages could not be loaded, so many searches more are waited for. */
const TRIED_AGAIN_AFTER_SEARCHES = 50;
/** What is kept of a bot without its passages, roughly. */
const KNOWN_BYTES = 500;

/**
 * Keeps the passages of bots that are asked often in memory, as long as nothing changes them: each search knows from the
 * database which version of them it is about, and another one is never searched.
 */
@Injectable()
export class PassageMemory {
  readonly #logger = new Logger(PassageMemory.name);
  readonly #bots: LRUCache<string, KnownBot> | null;
  readonly #mostBytes: number;

  constructor(
    { memoryMb }: RetrievalConfig,
    private readonly tenancy: Tenancy,
    @Inject(SEARCH_LIMITS) private readonly limits: SearchLimits,
  ) {
    this.#mostBytes = memoryMb * 1_000_000;
    this.#bots =
      memoryMb > 0
        ? new LRUCache({
            maxSize: this.#mostBytes,
            sizeCalculation: ({ index }) => KNOWN_BYTES + (index?.bytes ?? 0),
          })
        : null;
  }

  /** How much of it is taken, roughly. */
  get bytes(): number {
    return this.#bots?.calculatedSize ?? 0;
  }

  /**
   * The passages of a bot; null where they are not there, which has them loaded in time.
   *
   * @param question as a vector; only what is there already is given without one.
   * @param load reads them. Runs in a context of its own, and gives null where they cannot be kept.
   */
  indexOf(
    { workspaceId, botId }: Scope,
    { version, passages }: Pick<SearchableCorpus, 'version' | 'passages'>,
    question: VectorQuery | undefined,
    load: (model: string) => Promise<PassageIndex | null>,
  ): PassageIndex | null {
    const key = `${workspaceId} ${botId}`;
    const known = this.#bots?.get(key);
    const isSame = known?.version === version && (!question || question.model === known.model);
    if (isSame && known.index && (!question || question.vector.length === known.index.dimensions))
      return known.index;
    if (!this.#bots || !question || passages * question.vector.length > this.limits.comparedInMemory)
      return null;
    const asked = isSame
      ? known
      : { version, model: question.model, searches: 0, isLoading: false, index: null };
    if (asked !== known) this.#bots.set(key, asked);
    asked.searches += 1;
    if (!asked.isLoading && asked.searches >= this.limits.loadedAfterSearches)
      void this.#load(workspaceId, key, asked, () => load(question.model));
    return null;
  }

  async #load(
    workspaceId: string,
    key: string,
    asked: KnownBot,
    load: () => Promise<PassageIndex | null>,
  ): Promise<void> {
    asked.isLoading = true;
    try {
      const index = await this.tenancy.run(workspaceId, load);
      if (index && index.bytes < this.#mostBytes && this.#bots?.peek(key) === asked)
        this.#bots.set(key, { ...asked, index });
    } catch (error) {
      this.#logger.debug({ err: error }, 'The passages of a bot could not be loaded');
    }
    asked.isLoading = false;
    asked.searches = -TRIED_AGAIN_AFTER_SEARCHES;
  }
}
