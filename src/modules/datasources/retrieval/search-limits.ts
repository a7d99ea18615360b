/** From which size of a bot on its passages are not all looked at, and up to which they are searched in memory. */
export interface SearchLimits {
  /** So many vectors are compared one by one as fast as an index would find the nearest. */
  readonly comparedOneByOne: number;
  /** So many passages are all ranked that hold a word of the question. */
  readonly rankedInFull: number;
  /** Of more, so many are ranked that hold a rare word, and as many that hold common ones at once. */
  readonly rankedByChoice: number;
  /** Passages are loaded into memory once so many searches have found them unchanged. */
  readonly loadedAfterSearches: number;
  /** Vectors of so many numbers in all are compared in memory, which takes 0.7 ms, and nothing else is done meanwhile. */
  readonly comparedInMemory: number;
}

export const SEARCH_LIMITS = Symbol('SearchLimits');

export const USUAL_SEARCH_LIMITS: SearchLimits = {
  comparedOneByOne: 10_000,
  rankedInFull: 50_000,
  rankedByChoice: 10_000,
  loadedAfterSearches: 5,
  comparedInMemory: 1_200_000,
};
