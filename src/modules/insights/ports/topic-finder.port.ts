import type { QuestionSet, TopicSet } from '../topic-set.types.js';

/** Puts questions into topics, off the main thread. */
export abstract class TopicFinder {
  /** @throws the reason of the signal when it aborts. */
  abstract find(questions: QuestionSet, signal: AbortSignal): Promise<TopicSet>;
}
