import { describe, expect, it } from '@jest/globals';
import { continuesIn } from './follow-up.js';

const best = {
  title: 'Frames',
  headingPath: ['Warranty'],
  text: 'The **frame** has a warranty of five years, rims of two.',
};

describe('continuesIn', () => {
  it.each(['And how much is it?', 'Why?', 'And for rims?', 'What about the warranty of rims?'])(
    'takes "%s" for a follow-up',
    (question) => {
      expect(continuesIn(question, best)).toBe(true);
    },
  );

  it.each(['What is the capital of France?', 'And for saddles?', 'Who won the championship in 1954?'])(
    'takes "%s" for a question of its own',
    (question) => {
      expect(continuesIn(question, best)).toBe(false);
    },
  );
});
