import type { AnalysisLanguage } from '#common/text';

/** Questions to be put into topics. */
export interface QuestionSet {
  readonly texts: readonly string[];
  readonly languages: readonly AnalysisLanguage[];
  /** How often each was asked. */
  readonly counts: readonly number[];
  /** One behind the other, of unit length or all zeros. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
}

/** What belongs together. Numbers count from 0. */
export interface TopicSet {
  /** The topic of each question; -1 where it has none. */
  readonly topics: Int32Array;
  /** The area of each topic; -1 where topics are too few for areas. */
  readonly areas: Int32Array;
  /** For each question the one that stands for all that ask the same in nearly the same words. */
  readonly groups: Int32Array;
  /** For each topic, and each area, the terms that set it apart, best first. */
  readonly terms: readonly (readonly string[])[];
  readonly areaTerms: readonly (readonly string[])[];
}
