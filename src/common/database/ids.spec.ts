import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { madeAt, newId } from './ids.js';

describe('newId', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('makes UUIDs of version 7 that differ', () => {
    const ids = Array.from({ length: 10_000 }, newId);

    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('makes ids that sort in the order they were made, also within a millisecond', () => {
    const ids = Array.from({ length: 10_000 }, newId);

    expect(ids.toSorted()).toEqual(ids);
  });

  it('goes on when the clock goes back', () => {
    const before = newId();
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);

    expect(newId() > before).toBe(true);
  });

  it('carries the time', () => {
    const now = Date.now() + 60_000;
    jest.spyOn(Date, 'now').mockReturnValue(now);

    expect(madeAt(newId()).getTime()).toBe(now);
  });
});
