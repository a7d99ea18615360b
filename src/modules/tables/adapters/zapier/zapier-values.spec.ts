import { describe, expect, it } from '@jest/globals';
import { encodeValue } from '../../values/field-kinds.js';
import { ZAPIER_KINDS } from './zapier-values.js';

const ID = 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6';

describe('values of Zapier', () => {
  it.each<[string, unknown, unknown]>([
    ['string', 'Ada', 'Ada'],
    ['string', 7, '7'],
    ['string', '', null],
    ['labeled_string', { value: 'Open', label: 'open', color: 'red' }, 'Open'],
    ['labeled_string', { label: 'Open' }, 'Open'],
    ['labeled_string', 'Open', 'Open'],
    ['multiple_labeled_string', [{ value: 'A' }, { value: 'B' }], ['A', 'B']],
    ['multiple_string', ['a', 'b'], ['a', 'b']],
    ['multiple_string', [], null],
    ['boolean', true, true],
    ['boolean', 'false', false],
    ['number', 12, 12],
    ['decimal', '12.50', 12.5],
    ['decimal', '', null],
    ['currency', '-3', -3],
    ['multiple_number', ['1', 2], [1, 2]],
    ['datetime', '2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z'],
    ['datetime', '2026-01-31T12:00:00+0200', '2026-01-31T12:00:00+02:00'],
    ['datetime', '2026-01-31 12:00:00', '2026-01-31T12:00:00Z'],
    ['datetime', '2026-01-31', '2026-01-31T00:00:00Z'],
    ['uuid', ID, ID],
    ['json', { a: [1] }, { a: [1] }],
    ['email', 'a@example.com', 'a@example.com'],
    ['link', { link: 'https://example.com/a', text: 'A' }, 'https://example.com/a'],
    ['link', 'https://example.com/', 'https://example.com/'],
    ['phone_number', '+49 30 1', '+49 30 1'],
    ['formula', 3, '3'],
    ['ai_formula', { value: 'so it is' }, 'so it is'],
    ['linked_record', { label: 'Ada', source: 'x' }, 'Ada'],
    ['multiple_linked_record', [{ label: 'Ada' }, { label: 'Bob' }], ['Ada', 'Bob']],
  ])('of type %s are read, such as %j', (type, sent, read) => {
    const kind = ZAPIER_KINDS[type];

    expect(kind?.read(sent)).toEqual(read);
    const shape = { type: kind?.type ?? 'text', options: [], linkedTableId: null };
    expect(() => encodeValue(shape, kind?.read(sent))).not.toThrow();
  });

  it.each<[string, unknown]>([
    ['number', 'a lot'],
    ['number', { amount: 3 }],
    ['boolean', 'maybe'],
    ['datetime', 'yesterday'],
    ['string', { nested: true }],
    ['email', 'nobody'],
    ['link', 'javascript:alert(1)'],
  ])('of type %s that are none, such as %j, are refused by their field', (type, sent) => {
    const kind = ZAPIER_KINDS[type];
    const shape = { type: kind?.type ?? 'text', options: [], linkedTableId: null };

    expect(() => encodeValue(shape, kind?.read(sent))).toThrow();
  });

  it('are left out where there are none: buttons', () => {
    expect(ZAPIER_KINDS['button_trigger_zap']).toBeUndefined();
    expect(ZAPIER_KINDS['button_continue_zap']).toBeUndefined();
  });
});
