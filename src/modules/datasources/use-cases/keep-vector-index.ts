import { Inject, Injectable, Optional } from '@nestjs/common';
import type { JobContext } from '#common/jobs';
import { DatabaseConfig } from '#config';
import { INDEXED_DOWN_TO, INDEXED_FROM, MOST_INDEXED_DIMENSIONS } from '../vector-indexes/vector-index.js';
import { VectorIndexesRepository } from '../vector-indexes/vector-indexes.repository.js';

/** What became of the index. */
export type VectorIndexOutcome = 'built' | 'dropped' | 'not_needed';

/** From how many vectors on there is an index, and down to how many it stays. */
export interface VectorIndexLimits {
  readonly from: number;
  readonly downTo: number;
}

export const VECTOR_INDEX_LIMITS = Symbol('VectorIndexLimits');

const MEBIBYTE = 2 ** 20;
/** Links to neighbours, and what Postgres needs around them. */
const BYTES_AROUND_A_VECTOR = 512;

/** Sees to it that a workspace has an index of its vectors if, and only if, it needs one. */
@Injectable()
export class KeepVectorIndex {
  constructor(
    private readonly indexes: VectorIndexesRepository,
    private readonly database: DatabaseConfig,
    @Optional()
    @Inject(VECTOR_INDEX_LIMITS)
    private readonly limits: VectorIndexLimits = { from: INDEXED_FROM, downTo: INDEXED_DOWN_TO },
  ) {}

  async execute(model: string, job: JobContext): Promise<{ outcome: VectorIndexOutcome; vectors: number }> {
    const target = { workspaceId: job.job.workspaceId, model };
    const { vectors, dimensions } = await this.indexes.count(target);
    const hasIndex = await this.indexes.has(target);
    const isWanted =
      this.indexes.isPossible &&
      dimensions !== null &&
      dimensions <= MOST_INDEXED_DIMENSIONS &&
      vectors > (hasIndex ? this.limits.downTo : this.limits.from) &&
      (await this.indexes.isServing(target));
    if (!isWanted) {
      if (hasIndex) await this.indexes.drop(target);
      return { outcome: hasIndex ? 'dropped' : 'not_needed', vectors };
    }
    const needed = (vectors * (2 * dimensions + BYTES_AROUND_A_VECTOR)) / MEBIBYTE;
    await this.indexes.build(target, {
      dimensions,
      memoryMb: Math.max(64, Math.min(this.database.indexMemoryMb, Math.ceil(needed))),
      // Where the server has too little shared memory for helpers, the second attempt does without.
      isParallel: job.job.attempt === 1,
      signal: job.signal,
      onProgress: (fraction) => {
        job.progress(fraction, 'building the index');
        job.moves();
      },
    });
    return { outcome: 'built', vectors };
  }
}
