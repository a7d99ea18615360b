import { describe, expect, it } from '@jest/globals';
import { expectedAnswerOf } from './expected-answer.js';

describe('expectedAnswerOf', () => {
  it.each([
    ['When did it open?', 'It opened in May.', 'It opened with a party.'],
    ['In what year was it built?', 'It was built in 1911.', 'It was built of stone.'],
    ['How many rooms are there?', 'There are twelve rooms.', 'There are many rooms.'],
    ['Who built it?', 'It was built by Anna Berg.', 'It was built by farmers.'],
  ])('tells what answers "%s"', (question, fitting, other) => {
    const expected = expectedAnswerOf(question);

    expect(expected?.isIn(fitting)).toBe(true);
    expect(expected?.isIn(other)).toBe(false);
  });

  it('expects nothing in particular of an open question', () => {
    expect(expectedAnswerOf('Why is the sky blue?')).toBeNull();
  });
});
