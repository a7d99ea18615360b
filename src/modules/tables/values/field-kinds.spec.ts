import { describe, expect, it } from '@jest/globals';
import type { FieldShape, FieldType } from '../tables.types.js';
import { encodeValue, FIELD_KINDS } from './field-kinds.js';
import { Misfit } from './misfit.js';

function shape(type: FieldType, options: readonly string[] = []): FieldShape {
  return { type, options, linkedTableId: null };
}

describe('values of fields', () => {
  it.each(['2026-01-31', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])(
    'know the day %s',
    (day) => {
      expect(encodeValue(shape('date'), day)).toBe(day);
    },
  );

  it.each(['2026-02-29', '1900-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '0000-01-01'])(
    'know no day %s, nor any time of it',
    (day) => {
      expect(() => encodeValue(shape('date'), day)).toThrow(Misfit);
      expect(() => encodeValue(shape('datetime'), `${day}T12:00:00Z`)).toThrow(Misfit);
    },
  );

  it.each([
    ['2026-01-31T12:00Z', '2026-01-31T12:00:00.000Z'],
    ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59.000Z'],
    ['2026-01-31T12:00:00.123456Z', '2026-01-31T12:00:00.123Z'],
    ['2026-01-31T23:30:00-02:00', '2026-02-01T01:30:00.000Z'],
  ])('take the time %s for %s', (time, instant) => {
    expect(encodeValue(shape('datetime'), time)).toBe(instant);
  });

  it.each([
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-01-31T25:00:00Z',
    '2026-01-31T12:61:00Z',
    '2026-01-31T12:00:60Z',
    'yesterday',
  ])('refuse the time %s', (time) => {
    expect(() => encodeValue(shape('datetime'), time)).toThrow(Misfit);
  });

  it('are copied as the database writes them: lists as arrays', () => {
    const options = ['a,b', 'say "hi"', 'back\\slash'];
    const text = encodeValue(shape('multi_select', options), options) ?? '';

    expect(FIELD_KINDS.multi_select.copied(text)).toBe(String.raw`{"a,b","say \"hi\"","back\\slash"}`);
  });
});
