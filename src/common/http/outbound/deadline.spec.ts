import { describe, expect, it, jest } from '@jest/globals';
import { Deadline, DeadlinePassed } from './deadline.js';

const never = new Promise<never>(() => undefined);

describe('Deadline', () => {
  it('ends work that takes too long', async () => {
    const deadline = new Deadline(5);

    await expect(deadline.race(never)).rejects.toBeInstanceOf(DeadlinePassed);
    expect(deadline.signal.aborted).toBe(true);
  });

  it('hands on what work in time answers', async () => {
    const deadline = new Deadline(1_000);

    await expect(deadline.race(Promise.resolve('done'))).resolves.toBe('done');
    deadline.release();
  });

  it('ends with the reason of the caller', async () => {
    const reason = new Error('changed my mind');
    const caller = new AbortController();
    const deadline = new Deadline(1_000, caller.signal);

    const work = deadline.race(never);
    caller.abort(reason);

    await expect(work).rejects.toBe(reason);
    deadline.release();
  });

  it('ends at once for a caller that aborted before', async () => {
    const deadline = new Deadline(1_000, AbortSignal.abort());

    await expect(deadline.race(never)).rejects.toHaveProperty('name', 'AbortError');
    deadline.release();
  });

  it('replaces a reason that is no object', () => {
    const deadline = new Deadline(1_000, AbortSignal.abort('stop'));

    expect(deadline.signal.reason).toHaveProperty('name', 'AbortError');
    deadline.release();
  });

  it('lets go of the clock but not of the caller', () => {
    jest.useFakeTimers();
    const caller = new AbortController();
    const deadline = new Deadline(10, caller.signal);

    deadline.stopClock();
    jest.advanceTimersByTime(20);
    const abortedByClock = deadline.signal.aborted;
    caller.abort();

    expect(abortedByClock).toBe(false);
    expect(deadline.signal.aborted).toBe(true);
    jest.useRealTimers();
  });

  it('lets go of both when released', () => {
    const caller = new AbortController();
    const deadline = new Deadline(10, caller.signal);

    deadline.release();
    caller.abort();

    expect(deadline.signal.aborted).toBe(false);
  });
});
