import { describe, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import { botNamedBy, secondsIn } from './ids.js';

const ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';

describe('botNamedBy', () => {
  it.each([ID, `bot:${ID}`, ID.toUpperCase()])('finds the id in %s', (model) => {
    expect(botNamedBy(model)).toEqual({ id: ID });
  });

  it.each([
    ['help-desk', 'help-desk'],
    ['bot:help-desk', 'help-desk'],
    ['a\0b\ud800', 'ab\ufffd'],
    [`bot:bot:${ID}`, `bot:${ID}`],
    ['', ''],
  ])('takes the rest for a slug: %j', (model, slug) => {
    expect(botNamedBy(model)).toEqual({ slug });
  });
});

describe('secondsIn', () => {
  it('tells when an id was made', () => {
    expect(Math.abs(secondsIn(newId()) - Date.now() / 1_000)).toBeLessThan(2);
  });
});
