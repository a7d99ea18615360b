import { describe, expect, it } from '@jest/globals';
import { REDACTED_KINDS, type RedactedKind } from '#modules/bots';
import { PatternsPersonalDataFinder } from './patterns.personal-data-finder.js';

const finder = new PatternsPersonalDataFinder();

function found(
  text: string,
  phoneRegion: string | null = null,
  kinds: readonly RedactedKind[] = REDACTED_KINDS,
) {
  return finder
    .find(text, { kinds, phoneRegion })
    .map(({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`);
}

describe('PatternsPersonalDataFinder', () => {
  it.each([
    ['Write to ada.lovelace+news@example.co.uk, please.', ['email: ada.lovelace+news@example.co.uk']],
    ['info@müller-söhne.de oder Jörg@exämple.de', ['email: info@müller-söhne.de', 'email: Jörg@exämple.de']],
    [
      'ada [at] example.org, ada(at)example.org',
      ['email: ada [at] example.org', 'email: ada(at)example.org'],
    ],
    ['a@b @home me@ @ 5@localhost', []],
  ])('finds addresses: %s', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['My card is 4111 1111 1111 1111.', ['card: 4111 1111 1111 1111']],
    ['5500-0000-0000-0004 or 378282246310005', ['card: 5500-0000-0000-0004', 'card: 378282246310005']],
    ['٤١١١١١١١١١١١١١١١', ['card: ٤١١١١١١١١١١١١١١١']],
    ['４１１１ １１１１ １１１１ １１１１', ['card: ４１１１ １１１１ １１１１ １１１１']],
    // Not by their check digit.
    ['4111 1111 1111 1112', []],
    ['0000 0000 0000 0000', []],
  ])('finds cards: %s', (text, expected) => {
    expect(found(text, null, ['card'])).toEqual(expected);
  });

  it.each([
    ['DE89 3704 0044 0532 0130 00 is mine', ['iban: DE89 3704 0044 0532 0130 00']],
    ['gb29nwbk60161331926819', ['iban: gb29nwbk60161331926819']],
    [
      'NO9386011117947 and FR14 2004 1010 0505 0001 3M02 606',
      ['iban: NO9386011117947', 'iban: FR14 2004 1010 0505 0001 3M02 606'],
    ],
    ['DE88 3704 0044 0532 0130 00', []],
  ])('finds IBANs: %s', (text, expected) => {
    expect(found(text, null, ['iban'])).toEqual(expected);
  });

  it.each([
    ['+49 30 901820 or 0049-30-901820', null, ['phone: +49 30 901820', 'phone: 0049-30-901820']],
    ['call 030/901820-12', null, ['phone: 030/901820-12']],
    ['(415) 555-2671', null, ['phone: (415) 555-2671']],
    ['612 345 678', 'ES', ['phone: 612 345 678']],
    ['612 345 678', null, []],
    // Neither dates nor prices, orders or versions.
    ['01.02.2026, 2026-11-26 12:30, 1.234.567,00, order 123456789, v1.22.333.4444, 100000000', null, []],
  ])('finds phone numbers: %s of %s', (text, region, expected) => {
    expect(found(text, region)).toEqual(expected);
  });

  it.each([
    ['My name is Ada Lovelace and I like bikes.', ['name: Ada Lovelace']],
    ["MY NAME'S Ada", ['name: Ada']],
    ['Ich heiße Jürgen von der Lippe.', ['name: Jürgen von der Lippe']],
    ['Dr. Grace Hopper asked Mr Turing', ['name: Grace Hopper', 'name: Turing']],
    ['Best regards,\nLinus Torvalds', ['name: Linus Torvalds']],
    ['I am Anna Schmidt', ['name: Anna Schmidt']],
    ['I am German. This is Important', []],
    ['my name is secret', []],
  ])('finds names that are told: %s', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('takes no part of a UUID for a number', () => {
    const [card, phone] = ['3650f2e4-0841-4913-8165-0514ea2afa11', 'a2c6e312-0706-4709-bcbd-28ae858d2f84'];

    expect(found(`${card} urn:uuid:${phone.toUpperCase()}, /orders/${phone}?x`)).toEqual([]);
    expect(found(`${card}, call 030/901820-12`)).toEqual(['phone: 030/901820-12']);
    // Only something like it.
    expect(found(phone.slice(0, -1))).toEqual(['phone: 0706-4709']);
  });

  it('finds only what is asked for', () => {
    expect(found('ada@example.org 4111111111111111', null, ['card'])).toEqual(['card: 4111111111111111']);
    expect(found('ada@example.org 4111111111111111', null, [])).toEqual([]);
  });

  it('gives no stretch twice', () => {
    const all = finder.find('DE89370400440532013000 4111111111111111@example.org +4930901820', {
      kinds: REDACTED_KINDS,
      phoneRegion: 'DE',
    });

    expect(all.map(({ kind }) => kind)).toEqual(['iban', 'email', 'phone']);
    all.slice(1).forEach((finding, index) => {
      expect(finding.start).toBeGreaterThanOrEqual(all[index]?.end ?? Number.POSITIVE_INFINITY);
    });
  });

  it.each([
    '+1',
    '@',
    'a@',
    '1 ',
    '(',
    '0-',
    'DE89',
    'My name is A',
    '(at)',
    'Mr A',
    '4111 ',
    '\u{1D7D8}',
    'a.b@',
  ])('takes no longer for a hostile text of many %s than for any other', (piece) => {
    const [short, long] = [20_000, 160_000].map((length) => {
      const text = piece.repeat(length / piece.length);
      const began = process.cpuUsage();
      finder.find(text, { kinds: REDACTED_KINDS, phoneRegion: 'DE' });
      return process.cpuUsage(began).user / 1_000;
    });

    // Eight times the text; what grew with its square would take 64 times as long.
    expect(long).toBeLessThan(Math.max(500, (short ?? 0) * 40));
  });
});
