import { describe, expect, it } from '@jest/globals';
import { costOf } from './cost.js';

const usage = { inputTokens: 1_000_000, outputTokens: 100_000 };

describe('costOf', () => {
  it.each([
    ['gpt-4o-mini', 0.21],
    ['gpt-4o-mini-2024-07-18', 0.21],
    ['gpt-4.1', 2.8],
  ])('knows what %s costs', (name, dollars) => {
    expect(costOf({ provider: 'openai', name }, usage)).toBeCloseTo(dollars, 10);
  });

  it('asks nothing for the local model', () => {
    expect(costOf({ provider: 'local', name: 'extractive' }, usage)).toBe(0);
  });

  it.each([
    { provider: 'openai', name: 'my-tuned-model' },
    { provider: 'openai', name: 'constructor' },
    { provider: 'another', name: 'gpt-4o-mini' },
  ])('does not guess what $provider/$name costs', (ref) => {
    expect(costOf(ref, usage)).toBeNull();
  });
});
