import { describe, expect, it } from '@jest/globals';
import { distinctSlug, MAX_SLUG_CHARACTERS, SLUG, slugOf } from './slug.js';

const ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';

describe('slugOf', () => {
  it.each([
    ['Help desk', 'help-desk'],
    ['  Café & Bar — Zürich!  ', 'cafe-bar-zurich'],
    ['ﬁle Ⅳ', 'file-iv'],
    ['日本語', 'bot'],
    ['---', 'bot'],
    [ID, `bot-${ID}`],
    ['x'.repeat(120), 'x'.repeat(50)],
    [`${'x'.repeat(49)} y`, 'x'.repeat(49)],
  ])('makes of %j %s', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
    expect(slug).toMatch(SLUG);
  });
});

describe('distinctSlug', () => {
  it('makes many different ones that fit', () => {
    const slugs = Array.from({ length: 1_000 }, () => distinctSlug(slugOf('x'.repeat(120))));

    expect(new Set(slugs).size).toBe(slugs.length);
    expect(slugs.every((slug) => SLUG.test(slug) && slug.length <= MAX_SLUG_CHARACTERS)).toBe(true);
  });
});

describe('SLUG', () => {
  it.each(['', '-a', 'a-', 'a--b', 'A', 'a b', 'ä', 'a_b', ID])('does not take %j', (text) => {
    expect(SLUG.test(text)).toBe(false);
  });
});
