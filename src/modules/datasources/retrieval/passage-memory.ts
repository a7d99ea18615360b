import { Inject, Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Tenancy } from '#common/database';
import { RetrievalConfig } from '#config';
import type { PassageIndex } from './passage-index.js';
import type { Scope, VectorQuery } from './retrieval-statements.js';
import { SEARCH_LIMITS, type SearchLimits } from './search-limits.js';
import type { SearchableCorpus } from './search.types.js';

/** How often a bot was searched as it is. */
interface Asked {
  readonly version: string;
  readonly model: string;
  searches: number;
}

/** The passages of a bot, and of which version of its corpus they are. */
interface Kept {
  readonly version: string;
  readonly index: PassageIndex;
}

/** So many bots are counted; of others it is forgotten that they were asked. */
const MOST_COUNTED = 10_000;
/** Where passages could not be kept, so many searches more are waited for. */
const TRIED_AGAIN_AFTER_SEARCHES = 50;
/** Passages that nobody has asked for so long are let go. */
const KEPT_MS = 15 * 60_000;
/** Those of a bot that was asked within that time do not give way to others, which would have to give way in turn. */
const BUSY_MS = 60_000;
/** What texts and terms of a passage take at a guess, before they are loaded. */
const EXPECTED_BYTES = 4_000;

/**
 * Keeps the passages of bots that are asked often in memory, as long as nothing changes them: each search knows from the
 * database which version of them it is about, and another one is never searched.
 */
@Injectable()
export class PassageMemory {
  readonly #logger = new Logger(PassageMemory.name);
  readonly #asked = new LRUCache<string, Asked>({ max: MOST_COUNTED });
  readonly #kept: LRUCache<string, Kept> | null;
  #isLoading = false;

  constructor(
    { memoryMb }: RetrievalConfig,
    private readonly tenancy: Tenancy,
    @Inject(SEARCH_LIMITS) private readonly limits: SearchLimits,
  ) {
    this.#kept =
      memoryMb > 0
        ? new LRUCache({
            maxSize: memoryMb * 1_000_000,
            sizeCalculation: ({ index }) => index.bytes,
            ttl: KEPT_MS,
            ttlAutopurge: true,
            updateAgeOnGet: true,
            perf: performance,
          })
        : null;
  }

  /** How much of it is taken, roughly. */
  get bytes(): number {
    return this.#kept?.calculatedSize ?? 0;
  }

  /**
   * The passages of a bot; null where they are not there, which has them loaded in time.
   *
   * @param question only what is there already is given without one.
   * @param load reads them, in a context of its own; null where they cannot be kept.
   */
  indexOf(
    { workspaceId, botId }: Scope,
    { version, passages }: Pick<SearchableCorpus, 'version' | 'passages'>,
    question: VectorQuery | undefined,
    load: (question: VectorQuery) => Promise<PassageIndex | null>,
  ): PassageIndex | null {
    if (!this.#kept) return null;
    const key = `${workspaceId} ${botId}`;
    const kept = this.#kept.get(key);
    if (kept && kept.version !== version) this.#kept.delete(key);
    else if (kept && (!question || kept.index.isOf(question))) return kept.index;
    if (!question || passages * question.vector.length > this.limits.comparedInMemory) return null;
    const asked = this.#askedFor(key, version, question.model);
    asked.searches += 1;
    const bytes = passages * (EXPECTED_BYTES + question.vector.byteLength);
    if (!this.#isLoading && asked.searches >= this.limits.loadedAfterSearches && this.#hasRoomFor(bytes))
      void this.#load(this.#kept, {
        key,
        asked,
        load: () => this.tenancy.run(workspaceId, () => load(question)),
      });
    return null;
  }

  #askedFor(key: string, version: string, model: string): Asked {
    const known = this.#asked.get(key);
    if (known?.version === version && known.model === model) return known;
    const asked = { version, model, searches: 0 };
    this.#asked.set(key, asked);
    return asked;
  }

  /** Whether nothing would have to go for it that is still asked for. */
  #hasRoomFor(bytes: number): boolean {
    if (!this.#kept) return false;
    let room = this.#kept.maxSize - this.#kept.calculatedSize;
    for (const key of this.#kept.rkeys()) {
      if (room >= bytes || KEPT_MS - this.#kept.getRemainingTTL(key) < BUSY_MS) break;
      room += this.#kept.peek(key)?.index.bytes ?? 0;
    }
    return room >= bytes;
  }

  /** One bot at a time, so that a process which has just started leaves the database to those who wait for it. */
  async #load(
    into: LRUCache<string, Kept>,
    {
      key,
      asked,
      load,
    }: { readonly key: string; readonly asked: Asked; readonly load: () => Promise<PassageIndex | null> },
  ): Promise<void> {
    this.#isLoading = true;
    asked.searches = -TRIED_AGAIN_AFTER_SEARCHES;
    try {
      const index = await load();
      if (index && this.#hasRoomFor(index.bytes) && this.#asked.peek(key) === asked)
        into.set(key, { version: asked.version, index });
    } catch (error) {
      this.#logger.debug({ err: error }, 'The passages of a bot could not be loaded');
    } finally {
      this.#isLoading = false;
    }
  }
}
