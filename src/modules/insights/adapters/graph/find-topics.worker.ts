import { findTopics, type QuestionSet, type TopicSet } from '../../clustering/find-topics.js';

/** Entry point of the worker thread. */
export function find(questions: QuestionSet): TopicSet {
  return findTopics(questions);
}
