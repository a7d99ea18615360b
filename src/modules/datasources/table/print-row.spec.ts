import { describe, expect, it } from '@jest/globals';
import type { Field } from '#modules/tables';
import { placesIn, printRow } from './print-row.js';

const FIELDS = ['title', 'price', 'sold', 'colours', 'extra'].map((key) => ({
  key,
  name: key.toUpperCase(),
})) as unknown as Field[];
const BIKE = { title: ' Bike ', price: 12.5, sold: false, colours: ['red', 'blue'], extra: { a: 1 } };
const ALL = { fields: null, template: null };

describe('printRow', () => {
  it('gives a line a field, with its name', () => {
    expect(printRow(FIELDS, BIKE, ALL)).toBe(
      'TITLE: Bike\nPRICE: 12.5\nSOLD: no\nCOLOURS: red, blue\nEXTRA: {"a":1}',
    );
  });

  it('leaves out empty values', () => {
    expect(printRow(FIELDS, { title: 'Bike', price: null, colours: [] }, ALL)).toBe('TITLE: Bike');
  });

  it('shows chosen fields only, in their order', () => {
    expect(printRow(FIELDS, BIKE, { fields: ['price', 'title', 'gone'], template: null })).toBe(
      'PRICE: 12.5\nTITLE: Bike',
    );
  });

  it('fills a template, and keeps what names no field that is shown', () => {
    const view = { fields: ['title', 'price'], template: '{title} costs {price} {sold}{nobody}' };

    expect(printRow(FIELDS, BIKE, view)).toBe('Bike costs 12.5 {sold}{nobody}');
  });

  it('does not read what a value holds as a template', () => {
    const view = { fields: null, template: '{title}' };

    expect(printRow(FIELDS, { title: '{price} $& $1', price: 7 }, view)).toBe('{price} $& $1');
  });

  it('cuts a record that is too long for a passage, and no character in two', () => {
    const text = printRow(FIELDS, { title: `${'a'.repeat(7_992)}${'😀'.repeat(50)}` }, ALL);

    expect(text.length).toBeLessThan(8_010);
    expect(text.isWellFormed()).toBe(true);
  });
});

describe('placesIn', () => {
  it('finds the keys that a template names', () => {
    expect(placesIn('{title} costs {price}, { no }, {}')).toEqual(['title', 'price']);
  });
});
