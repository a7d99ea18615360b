import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Circuits } from './circuits.js';
import {
  ContentFiltered,
  ProviderAuthFailed,
  ProviderOverloaded,
  ProviderUnavailable,
} from './providers.errors.js';

const KEY = { provider: 'openai', credentialId: null, model: 'gpt-4.1' };

describe('Circuits', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: 1_800_000_000_000, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const fail = (circuits: Circuits, failure: Error = new ProviderOverloaded(), key = KEY): Promise<unknown> =>
    circuits.begin(key, () => Promise.reject(failure)).catch((thrown: unknown) => thrown);
  const answer = (circuits: Circuits, key = KEY): Promise<unknown> =>
    circuits.begin(key, () => Promise.resolve('an answer')).catch((thrown: unknown) => thrown);
  async function failOften(circuits: Circuits, pauseMs: number, failure?: Error): Promise<void> {
    for (let call = 0; call < 12; call += 1) {
      await fail(circuits, failure);
      jest.setSystemTime(Date.now() + pauseMs);
    }
  }

  it('open when most calls of the last seconds failed, for this model and credential only', async () => {
    const circuits = new Circuits();

    await failOften(circuits, 100);

    expect(circuits.stateOf(KEY)).toBe('open');
    expect(await answer(circuits)).toBeInstanceOf(ProviderUnavailable);
    expect(await answer(circuits, { ...KEY, model: 'gpt-4.1-mini' })).toBe('an answer');
    expect(circuits.openByProvider().get('openai')).toBe(1);
  });

  it('forget failures that are long ago, however seldom calls are made', async () => {
    const circuits = new Circuits();

    await failOften(circuits, 3_600_000);

    expect(circuits.stateOf(KEY)).toBe('closed');
  });

  it.each([new ContentFiltered(), new ProviderAuthFailed()])('do not open for $code', async (failure) => {
    const circuits = new Circuits();

    await failOften(circuits, 100, failure);

    expect(circuits.stateOf(KEY)).toBe('closed');
  });

  it('let one call through after a while, refuse others meanwhile, and close when it succeeds', async () => {
    const circuits = new Circuits({ probeAfterMs: 5_000 });
    await failOften(circuits, 100);
    jest.setSystemTime(Date.now() + 5_000);
    const { promise, resolve } = Promise.withResolvers<string>();

    const probe = circuits.begin(KEY, () => promise);
    const meanwhile = await answer(circuits);
    resolve('well again');

    expect(meanwhile).toBeInstanceOf(ProviderUnavailable);
    expect(await probe).toBe('well again');
    expect(circuits.stateOf(KEY)).toBe('closed');
    expect(await answer(circuits)).toBe('an answer');
  });

  it('stay open when that call fails, too', async () => {
    const circuits = new Circuits({ probeAfterMs: 5_000 });
    await failOften(circuits, 100);
    jest.setSystemTime(Date.now() + 5_000);

    await fail(circuits);

    expect(circuits.stateOf(KEY)).toBe('open');
  });

  it('hold no more calls to a provider than may be under way, and refuse what cannot wait', async () => {
    const circuits = new Circuits({ mostAtOnce: 2, mostWaiting: 1 });
    const { signal } = new AbortController();
    const leave = await circuits.enter('openai', signal);
    await circuits.enter('openai', signal);

    const waiting = circuits.enter('openai', signal);
    const refused = circuits.enter('openai', signal);

    await expect(refused).rejects.toBeInstanceOf(ProviderUnavailable);
    await circuits.enter('anthropic', signal);
    leave();
    await expect(waiting).resolves.toEqual(expect.any(Function));
  });
});
