import { describe, expect, it } from '@jest/globals';
import { lexemesOf } from './message-lexemes.js';

const place = {
  workspaceId: '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a',
  botId: '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0b',
  messageId: '019d456a-b3f0-7c1a-9d6b-3f0c1c1f6f0c',
};
const lexemes = (content: string, beside = ''): string[] =>
  lexemesOf({ ...place, content, beside })
    .split(' ')
    .map((one) => one.replaceAll("'", ''));

describe('lexemesOf', () => {
  it('holds words and stems where they stand', () => {
    expect(lexemes('The bicycles were repaired before the long holiday began')).toEqual(
      expect.arrayContaining(['the:1,6', 'bicycles:2', 'bicycl:2', 'repaired:4', 'repair:4', 'holiday:8']),
    );
  });

  it('holds the workspace, the bot and the blocks of time of each', () => {
    expect(lexemes('x').filter((one) => one.startsWith('@'))).toEqual([
      '@w1c1f6f0a',
      '@w1c1f6f0a019d45',
      '@w1c1f6f0a019d4',
      '@w1c1f6f0a019d',
      '@b1c1f6f0b',
      '@b1c1f6f0b019d45',
      '@b1c1f6f0b019d4',
      '@b1c1f6f0b019d',
    ]);
  });

  it('tells the language of a short message by what was said beside it', () => {
    const answer = 'Ihre Rechnungen finden Sie im Kundenkonto unter dem Punkt Bestellungen.';

    expect(lexemes('Rechnungen?', answer)).toContain('~de:rechnung:1');
  });

  it('marks stems of other languages, so that no beginning of a word is taken for them', () => {
    const stems = lexemes('Wo finde ich meine alten Rechnungen und die Lieferscheine dazu?').filter((one) =>
      /^~?de:/.test(one),
    );

    expect(stems.length).toBeGreaterThan(0);
    expect(stems.every((one) => one.startsWith('~'))).toBe(true);
  });

  it('keeps 255 places of a word, and none behind those that Postgres knows', () => {
    const [, places = ''] =
      lexemes('lamp '.repeat(20_000))
        .find((one) => one.startsWith('lamp'))
        ?.split(':') ?? [];

    expect(places.split(',')).toHaveLength(255);
  });
});
