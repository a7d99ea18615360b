import { describe, expect, it } from '@jest/globals';
import { namesIn, sourcesOf } from './model-names.js';

const said = (...topics: unknown[]): string => JSON.stringify({ topics });

describe('namesIn', () => {
  it('takes names by the numbers of their sources, without what models put around them', () => {
    const text = said(
      { number: 2, name: ' "Opening  hours" [2] ' },
      { number: 1, name: 'Rückgabe und Erstattung.' },
    );

    expect([...namesIn(text, 2)]).toEqual([
      [1, 'Opening hours'],
      [0, 'Rückgabe und Erstattung'],
    ]);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'Here you are: Opening hours'],
    ['another form', '["Opening hours"]'],
    ['no list', '{"topics": {"1": "Opening hours"}}'],
    ['null', 'null'],
    ['entries that are none', said(null, 'Opening hours', 7, [])],
    [
      'numbers of no source',
      said({ number: 0, name: 'A' }, { number: 3, name: 'B' }, { number: 1.5, name: 'C' }),
    ],
    ['no names', said({ number: 1, name: '' }, { number: 1, name: 7 }, { number: 1, name: '42!' })],
    ['markup', said({ number: 1, name: '<b>Hours</b>' }, { number: 2, name: '`Hours`' })],
    [
      'links and addresses',
      said({ number: 1, name: 'See https://evil.example' }, { number: 2, name: 'me@evil.example' }),
    ],
    [
      'letters that nobody sees',
      said({ number: 1, name: 'Hours\u202e' }, { number: 2, name: 'Ho\u200burs' }),
    ],
    ['speeches', said({ number: 1, name: 'word '.repeat(11) }, { number: 2, name: 'x'.repeat(61) })],
  ])('finds none in %s', (_case, text) => {
    expect([...namesIn(text, 2)]).toEqual([]);
  });

  it('keeps the first of two names for one topic', () => {
    expect([...namesIn(said({ number: 1, name: 'First' }, { number: 1, name: 'Second' }), 1)]).toEqual([
      [0, 'First'],
    ]);
  });
});

describe('sourcesOf', () => {
  it('shows questions, a line and 200 characters each', () => {
    const [source] = sourcesOf([{ id: 'a', samples: ['When do\nyou open?', 'x'.repeat(900)] }]);

    expect(source).toMatchObject({
      index: 1,
      title: 'Group 1',
      text: `When do you open?\n${'x'.repeat(200)}`,
    });
  });
});
