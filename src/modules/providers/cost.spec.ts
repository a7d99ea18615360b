import { describe, expect, it } from '@jest/globals';
import { findModel } from './catalogue/model-catalogue.js';
import { costOf } from './cost.js';

const usage = { inputTokens: 1_000_000, outputTokens: 100_000 };

describe('costOf', () => {
  it.each([
    ['openai', 'gpt-4o-mini', 0.21],
    ['openai', 'gpt-4o-mini-2024-07-18', 0.21],
    ['openai', 'gpt-4.1', 2.8],
    ['anthropic', 'claude-haiku-4-5-20251001', 1.5],
    ['gemini', 'gemini-2.5-flash', 0.55],
  ])('knows what %s/%s costs', (provider, name, dollars) => {
    expect(costOf(findModel(provider, name)?.price, usage)).toBeCloseTo(dollars, 10);
  });

  it('counts what was cached for less', () => {
    const price = findModel('openai', 'gpt-4o-mini')?.price;

    expect(costOf(price, { ...usage, cachedInputTokens: 400_000 })).toBeCloseTo(
      0.6 * 0.15 + 0.4 * 0.075 + 0.06,
      10,
    );
  });

  it('counts cached tokens as others where their price is unknown', () => {
    const price = { input: 2, output: 4, asOf: '2026-01-01', source: 'a list' };

    expect(costOf(price, { ...usage, cachedInputTokens: 1_000_000 })).toBeCloseTo(2.4, 10);
  });

  it.each([
    ['at the usual price up to the limit', 200_000, 0.25],
    ['as a whole at the higher price beyond it', 200_001, 0.500_002_5],
  ])('counts a long prompt %s', (_, inputTokens, usd) => {
    const price = findModel('gemini', 'gemini-2.5-pro')?.price;

    expect(costOf(price, { inputTokens, outputTokens: 0 })).toBeCloseTo(usd, 10);
  });

  it('asks nothing for the local model', () => {
    expect(costOf(findModel('local', 'extractive')?.price, usage)).toBe(0);
  });

  it.each([
    ['openai', 'my-tuned-model'],
    ['openai', 'constructor'],
    ['another', 'gpt-4o-mini'],
  ])('does not guess what %s/%s costs', (provider, name) => {
    expect(costOf(findModel(provider, name)?.price, usage)).toBeNull();
  });

  it('does not take unknown tokens for none', () => {
    expect(costOf(findModel('openai', 'gpt-4o-mini')?.price, null)).toBeNull();
  });
});
