/** From which size of a bot on its passages are not all looked at. */
export interface SearchLimits {
  /** So many vectors are compared one by one as fast as an index would find the nearest. */
  readonly comparedOneByOne: number;
  /** So many passages are all ranked that hold a word of the question. */
  readonly rankedInFull: number;
  /** Of more, so many are ranked that hold a rare word, and as many that hold common ones at once. */
  readonly rankedByChoice: number;
}

export const SEARCH_LIMITS = Symbol('SearchLimits');

export const USUAL_SEARCH_LIMITS: SearchLimits = {
  comparedOneByOne: 10_000,
  rankedInFull: 50_000,
  rankedByChoice: 10_000,
};
