import { describe, expect, it } from '@jest/globals';
import { firstIdAt, newId } from '#common/database';
import { earliestMessageOf } from './earliest-message-of.js';

describe('earliestMessageOf', () => {
  it('is lower than any message, also of a clock that goes behind', () => {
    const conversationId = newId();

    expect(earliestMessageOf(conversationId) < firstIdAt(Date.now() - 60_000)).toBe(true);
    expect(earliestMessageOf(conversationId) > firstIdAt(Date.now() - 2 * 86_400_000)).toBe(true);
  });

  it('passes over nothing where an id does not tell its time', () => {
    expect(earliestMessageOf('f47ac10b-58cc-4372-a567-0e02b2c3d479')).toBe(
      '00000000-0000-0000-0000-000000000000',
    );
  });
});
