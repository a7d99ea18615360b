import { describe, expect, it } from '@jest/globals';
import { snippetOf } from './mark-matches.js';
import { parseSearch } from './parse-search.js';

const marked = (text: string, q: string): string[] => {
  const snippet = snippetOf(text, parseSearch(q));
  return snippet.marks.map(({ start, end }) => snippet.text.slice(start, end));
};

describe('snippetOf', () => {
  it('marks words in any form, phrases and beginnings, and not what is excluded', () => {
    const text = 'Lamps come with a warranty of 24 months; a lamp that is broken is not covered.';

    expect(marked(text, 'lamp')).toEqual(['Lamps', 'lamp']);
    expect(marked(text, '"24 months"')).toEqual(['24 months']);
    expect(marked(text, 'warr* -broken')).toEqual(['warranty']);
    expect(marked(text, '"months 24"')).toEqual([]);
  });

  it('marks forms in other languages, and pairs of characters', () => {
    expect(marked('Alle Rechnungen liegen bei.', 'Rechnung')).toEqual(['Rechnungen']);
    expect(marked('今日の天気はどうですか', '天気')).toEqual(['天気']);
  });

  it('shows of a long text the part where most of it stands, and says that it is cut', () => {
    const text = `lamp ${'word '.repeat(200)}the lamp and another lamp ${'word '.repeat(200)}`;
    const snippet = snippetOf(text, parseSearch('lamp'));

    expect(snippet.text.length).toBeLessThanOrEqual(240);
    expect(snippet.text).toContain('the lamp and another lamp');
    expect([snippet.isCutBefore, snippet.isCutAfter]).toEqual([true, true]);
  });

  it('never cuts a character in two', () => {
    const snippet = snippetOf(`${'😀'.repeat(300)} lamp ${'😀'.repeat(300)}`, parseSearch('lamp'));

    expect(snippet.text.isWellFormed()).toBe(true);
    expect(snippet.marks).toHaveLength(1);
  });

  it('takes markup for text', () => {
    const text = '<img src=x onerror=alert(1)> lamp';

    expect(snippetOf(text, parseSearch('lamp')).text).toBe(text);
  });

  it('reads a text of a million characters in no time that anybody notices', () => {
    const before = performance.now();
    snippetOf('lamp lantern '.repeat(80_000), parseSearch('lamp "lamp lantern" la*'));

    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
