import { describe, expect, it } from '@jest/globals';
import { DocumentWriter } from './document-writer.js';
import { Unreadable } from './unreadable.js';

describe('DocumentWriter', () => {
  it('notes where places begin, and forgets those in which nothing is written', () => {
    const writer = new DocumentWriter();
    writer.place('page', 1);
    writer.paragraph('One');
    writer.place('page', 2);
    writer.paragraph('  ');
    writer.place('page', 3);
    writer.item(0, 'Three');
    writer.place('page', 4);

    expect(writer.finish()).toEqual({
      markdown: 'One\n\n- Three',
      places: [
        { offset: 0, unit: 'page', number: 1 },
        { offset: 5, unit: 'page', number: 2 },
        { offset: 5, unit: 'page', number: 3 },
      ],
    });
  });

  it('lets no text of a file pass for a heading, a control or another cell', () => {
    const writer = new DocumentWriter();
    writer.paragraph('# Not a heading\u202e\n\n  next');
    writer.table([['a|b', 'c\nd']]);

    expect(writer.finish().markdown).toBe('\\# Not a heading\nnext\n\n| a\\|b | c d |\n| --- | --- |');
  });

  it('gives up on a table that one wide row would make endless', () => {
    const narrow = Array.from({ length: 200_000 }, () => ['x']);
    const writer = new DocumentWriter();

    expect(() => {
      writer.table([Array.from({ length: 1_000_000 }, () => 'x'), ...narrow]);
    }).toThrow(Unreadable);
  });
});
