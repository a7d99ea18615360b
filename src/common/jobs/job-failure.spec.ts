import { describe, expect, it } from '@jest/globals';
import { NotFound, Unavailable } from '#common/errors';
import { backoffMs, failureOf, PermanentFailure } from './job-failure.js';

describe('failureOf', () => {
  it('tries again when a part of the service was away, not before it asked to', () => {
    const failure = failureOf(new Unavailable());

    expect(failure).toMatchObject({ isFinal: false, isKnown: true, retryAfterMs: 5_000 });
  });

  it('takes an outage of the database for what it is', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

    expect(failureOf(refused)).toMatchObject({
      isFinal: false,
      isKnown: true,
      error: { code: 'unavailable' },
    });
  });

  it('gives up at once when what the job is about is gone', () => {
    const failure = failureOf(new NotFound('The data source'));

    expect(failure).toMatchObject({ isFinal: true, error: { code: 'not_found' } });
  });

  it('says nothing of an unknown failure', () => {
    const failure = failureOf(new Error('password=hunter2'));

    expect(failure).toMatchObject({ isFinal: false, isKnown: false, error: { code: 'internal' } });
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });

  it('gives up when the handler says that no attempt can help', () => {
    const failure = failureOf(new PermanentFailure(new Unavailable()));

    expect(failure).toMatchObject({ isFinal: true, error: { code: 'unavailable' } });
  });
});

describe('backoffMs', () => {
  it('doubles with each attempt', () => {
    const pauses = [1, 2, 3].map((attempt) => backoffMs(100, attempt, 10_000, 1));

    expect(pauses).toEqual([100, 200, 400]);
  });

  it('stays under its limit', () => {
    expect(backoffMs(100, 60, 10_000, 1)).toBe(10_000);
  });

  it('spreads over the whole range', () => {
    expect(backoffMs(100, 1, 10_000, 0)).toBe(0);
  });
});
