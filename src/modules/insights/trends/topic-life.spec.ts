import { describe, expect, it } from '@jest/globals';
import { topicChanges, type TopicSpan } from './topic-life.js';

const DAY_MS = 86_400_000;
const day = (number: number): Date => new Date(Date.UTC(2026, 0, 1) + number * DAY_MS);
const span = (
  topicId: string,
  questions: number,
  first: number,
  last: number,
  conversations = questions,
): TopicSpan => ({
  ...{ topicId, name: topicId, questions, conversations },
  ...{ first: day(first), last: day(last) },
});
const idsOf = (changes: readonly { readonly topicId: string }[]): string[] =>
  changes.map(({ topicId }) => topicId);

describe('topicChanges', () => {
  it('tells of topics that are crowded at either end, and of no others', () => {
    const spans = [
      span('always', 200, 9, 81),
      span('new', 40, 77, 88),
      span('over', 30, 3, 20),
      span('rare', 4, 85, 89),
      span('of few who ask much', 40, 77, 88, 4),
      span('rather late', 10, 50, 85),
    ];

    const { appeared, vanished } = topicChanges(spans, day(0), day(90));

    expect(idsOf(appeared)).toEqual(['new']);
    expect(idsOf(vanished)).toEqual(['over']);
  });

  it('takes nothing for new while all is', () => {
    const { appeared } = topicChanges([span('first', 100, 1, 9)], day(0), day(10));

    expect(appeared).toEqual([]);
  });
});
