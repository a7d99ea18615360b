import { describe, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import { botIdIn, secondsIn } from './ids.js';

const ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';

describe('botIdIn', () => {
  it.each([ID, `bot:${ID}`, ID.toUpperCase()])('finds the id in %s', (model) => {
    expect(botIdIn(model)).toBe(ID);
  });

  it.each(['gpt-4o', '', 'bot:', `bot:bot:${ID}`, `${ID}0`])('finds none in %j', (model) => {
    expect(botIdIn(model)).toBeNull();
  });
});

describe('secondsIn', () => {
  it('tells when an id was made', () => {
    expect(Math.abs(secondsIn(newId()) - Date.now() / 1_000)).toBeLessThan(2);
  });
});
