import { describe, expect, it } from '@jest/globals';
import { ProviderAuthFailed, ProviderOverloaded, ProviderRateLimited } from './providers.errors.js';
import { RetryPolicy } from './retry-policy.js';

/** A call that fails with these failures, one after the other, and then succeeds. */
function failing(...failures: readonly Error[]) {
  let calls = 0;
  return {
    call: (): Promise<string> => {
      const failure = failures[calls];
      calls += 1;
      return failure ? Promise.reject(failure) : Promise.resolve('done');
    },
    count: (): number => calls,
  };
}

describe('RetryPolicy', () => {
  const quick = new RetryPolicy({ firstPauseMs: 1 });

  it('tries again up to two times', async () => {
    const twice = failing(new ProviderOverloaded(), new ProviderOverloaded());

    await expect(quick.run(twice.call)).resolves.toBe('done');
  });

  it('gives up after the third failure and throws it', async () => {
    const last = new ProviderOverloaded();
    const thrice = failing(new ProviderOverloaded(), new ProviderOverloaded(), last);

    await expect(quick.run(thrice.call)).rejects.toBe(last);
    expect(thrice.count()).toBe(3);
  });

  it.each([new ProviderAuthFailed(), new TypeError('a mistake of ours')])(
    'does not repeat what would fail again: %s',
    async (failure) => {
      const once = failing(failure);

      await expect(quick.run(once.call)).rejects.toBe(failure);
      expect(once.count()).toBe(1);
    },
  );

  it('waits as long as the provider asks', async () => {
    const limited = failing(new ProviderRateLimited({ retryAfterSeconds: 0.1 }));
    const begunAt = performance.now();

    await quick.run(limited.call);

    expect(performance.now() - begunAt).toBeGreaterThan(95);
  });

  it('does not wait for a provider that asks for more than ten seconds', async () => {
    const limited = failing(new ProviderRateLimited({ retryAfterSeconds: 11 }));

    await expect(quick.run(limited.call)).rejects.toThrow('limits how often');
    expect(limited.count()).toBe(1);
  });

  it('doubles the longest pause with each retry, and takes any part of it', async () => {
    const policy = new RetryPolicy({ firstPauseMs: 20, random: () => 1 });
    const begunAt = performance.now();

    await policy.run(failing(new ProviderOverloaded(), new ProviderOverloaded()).call);

    expect(performance.now() - begunAt).toBeGreaterThan(55);
  });

  it('begins no retry too long after the first try', async () => {
    const policy = new RetryPolicy({ firstPauseMs: 100, random: () => 1, maxElapsedMs: 50 });
    const once = failing(new ProviderOverloaded());

    await expect(policy.run(once.call)).rejects.toThrow('overloaded');
    expect(once.count()).toBe(1);
  });

  it('stops waiting when it is aborted', async () => {
    const reason = new Error('gone');
    const caller = new AbortController();
    const limited = failing(new ProviderRateLimited({ retryAfterSeconds: 9 }));

    const running = quick.run(limited.call, caller.signal);
    setTimeout(() => caller.abort(reason), 10);

    await expect(running).rejects.toBe(reason);
  });
});
