import { describe, expect, it } from '@jest/globals';
import { languageOfText } from './text-language.js';

const paragraph =
  'The festival was held in the old theatre, and five of the operas were sung for the first time.';
const rows = [
  '| 1 | Der Bärenhäuter | drei Aufzüge | München, Hoftheater |',
  '| 2 | Herzog Wildfang und seine Gesellen | drei Aufzüge | München, Hoftheater |',
  '| 3 | Das Flüchlein, das jeder mitbekam | drei Aufzüge | Karlsruhe, Badisches Landestheater |',
  '| 4 | An allem ist Hütchen schuld | drei Aufzüge | Stuttgart, Königliches Hoftheater |',
];
const items = rows.map((row) => row.replaceAll('|', '').replace(/^ \d/, '-'));
const table = ['| Nr. | Titel | Aufbau | Erste Aufführung |', '| --- | --- | --- | --- |', ...rows].join(
  '\n',
);

describe('languageOfText', () => {
  it.each([
    ['a table', table],
    ['a list', items.join('\n')],
    ['headings', items.map((item) => item.replace('-', '##')).join('\n\n')],
    [
      'lines of a few words',
      'Der Bärenhäuter\n\nHerzog Wildfang\n\nBruder Lustig\n\nDer Schmied von Marienburg',
    ],
  ])('goes by the sentences of a page, not by %s with names in another language', (_what, names) => {
    expect(languageOfText(`${names}\n\n${paragraph}\n\n${names}`)).toBe('en');
  });

  it.each([
    ['a table', table],
    ['a list', items.join('\n')],
  ])('goes by %s where there is nothing else', (_what, text) => {
    expect(languageOfText(text)).toBe('de');
  });

  it('takes a line without spaces for a paragraph', () => {
    const japanese =
      '保証は購入日から二年間有効であり、修理は当社の工場で行われます。部品の交換にも費用はかかりません。';

    expect(languageOfText(`${table}\n\n${japanese}`)).toBe('ja');
  });

  it('says nothing of too little text', () => {
    expect(languageOfText('Opening hours: 9 to 5')).toBeUndefined();
  });
});
