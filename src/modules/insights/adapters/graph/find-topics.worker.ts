import { findTopics } from '../../clustering/find-topics.js';
import type { QuestionSet, TopicSet } from '../../topic-set.types.js';

/** Entry point of the worker thread. */
export function find(questions: QuestionSet): TopicSet {
  return findTopics(questions);
}
