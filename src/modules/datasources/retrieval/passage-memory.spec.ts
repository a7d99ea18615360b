import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Tenancy } from '#common/database';
import { RetrievalConfig } from '#config';
import { PassageIndex } from './passage-index.js';
import { PassageMemory } from './passage-memory.js';
import type { VectorQuery } from './retrieval-statements.js';
import { USUAL_SEARCH_LIMITS } from './search-limits.js';

const BOT = { workspaceId: 'w', botId: 'b' };
const MODEL = 'fake/model@1';
const QUESTION = { model: MODEL, vector: Float32Array.of(1, 0) };
const CORPUS = { version: '1', passages: 1 };
const LIMITS = { ...USUAL_SEARCH_LIMITS, loadedAfterSearches: 3, comparedInMemory: 8 };

const memoryOf = (memoryMb: number): PassageMemory => {
  const run = <T>(_: string, work: () => Promise<T>): Promise<T> => work();
  return new PassageMemory(Object.assign(new RetrievalConfig(), { memoryMb }), { run } as Tenancy, LIMITS);
};
const indexOf = (text = ''): PassageIndex => {
  const index = new PassageIndex(MODEL, 2, 1);
  index.add(
    {
      ...{ chunkId: 'c', documentId: 'd', datasourceId: 's', title: '', text, headingPath: [], lexemes: '' },
      ...{ url: null, location: null, rowId: null, language: null, termCount: 0 },
    },
    Float32Array.of(1, 0),
  );
  return index;
};

describe('PassageMemory', () => {
  let memory: PassageMemory;
  const load = jest.fn<(question: VectorQuery) => Promise<PassageIndex | null>>();

  const searched = async (
    times: number,
    { corpus = CORPUS, question = QUESTION, isEmbedded = true, bot = BOT } = {},
  ): Promise<boolean[]> => {
    const found: boolean[] = [];
    for (let time = 0; time < times; time += 1) {
      found.push(memory.indexOf(bot, corpus, isEmbedded ? question : undefined, load) !== null);
      await new Promise(setImmediate);
    }
    return found;
  };

  beforeEach(() => {
    memory = memoryOf(1);
    load.mockReset().mockImplementation(() => Promise.resolve(indexOf()));
  });

  it('has passages once they were searched some times, and loads them once', async () => {
    expect(await searched(5)).toEqual([false, false, false, true, true]);
    expect(load.mock.calls).toEqual([[QUESTION]]);
    expect(memory.bytes).toBe(indexOf().bytes);
  });

  it('does not have them when they have changed, until they were searched as often again', async () => {
    await searched(4);

    expect(await searched(1, { corpus: { version: '2', passages: 1 } })).toEqual([false]);
    expect(memory.bytes).toBe(0);
    expect(await searched(3, { corpus: { version: '2', passages: 1 } })).toEqual([false, false, true]);
    expect(await searched(1)).toEqual([false]);
  });

  it('keeps what was loaded only for what was asked for meanwhile', async () => {
    let done: (index: PassageIndex) => void = () => undefined;
    load.mockImplementationOnce(() => new Promise((resolve) => (done = resolve)));
    await searched(3);
    await searched(1, { corpus: { version: '2', passages: 1 } });
    done(indexOf());

    expect(await searched(1, { corpus: { version: '2', passages: 1 } })).toEqual([false]);
    expect(await searched(1)).toEqual([false]);
  });

  it('has none of other bots, workspaces and models', async () => {
    await searched(4);

    expect(await searched(1, { bot: { workspaceId: 'w', botId: 'other' } })).toEqual([false]);
    expect(await searched(1, { bot: { workspaceId: 'other', botId: 'b' } })).toEqual([false]);
    expect(await searched(1, { question: { ...QUESTION, model: 'fake/other@1' } })).toEqual([false]);
  });

  it('has none for a vector of another length', async () => {
    await searched(4);

    expect(await searched(1, { question: { ...QUESTION, vector: Float32Array.of(1, 0, 0) } })).toEqual([
      false,
    ]);
  });

  it('has them for a question without a vector, which loads nothing', async () => {
    expect(await searched(9, { isEmbedded: false })).not.toContain(true);
    expect(load).not.toHaveBeenCalled();

    await searched(4);

    expect(await searched(1, { isEmbedded: false })).toEqual([true]);
  });

  it.each([
    ['cannot be kept', (): Promise<null> => Promise.resolve(null)],
    ['cannot be read', (): Promise<null> => Promise.reject(new Error('away'))],
    ['need more memory than there is', () => Promise.resolve(indexOf('x'.repeat(1_000_000)))],
  ])('tries again only after many searches where passages %s', async (_, answer) => {
    load.mockImplementation(answer);

    expect(await searched(50)).not.toContain(true);
    expect(load).toHaveBeenCalledTimes(1);
    await searched(10);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('loads the passages of one bot at a time', async () => {
    let done: (index: PassageIndex) => void = () => undefined;
    load.mockImplementationOnce(() => new Promise((resolve) => (done = resolve)));
    const other = { workspaceId: 'w', botId: 'other' };
    await searched(3);

    await searched(5, { bot: other });
    expect(load).toHaveBeenCalledTimes(1);
    done(indexOf());
    await new Promise(setImmediate);
    await searched(1, { bot: other });

    expect(await searched(1, { bot: other })).toEqual([true]);
    expect(await searched(1)).toEqual([true]);
  });

  describe('where memory does not suffice', () => {
    const [first, second, third] = ['first', 'second', 'third'].map((botId) => ({ workspaceId: 'w', botId }));

    beforeEach(async () => {
      jest.useFakeTimers({ doNotFake: ['setImmediate'] });
      // Time 0 is no time to the cache.
      jest.advanceTimersByTime(1_000);
      memory = memoryOf(1);
      load.mockImplementation(() => Promise.resolve(indexOf('x'.repeat(400_000))));
      await searched(4, { bot: first });
      jest.advanceTimersByTime(50_000);
      await searched(4, { bot: second });
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    it('keeps the passages of bots that are still asked', async () => {
      expect(await searched(9, { bot: third })).not.toContain(true);
      expect(await searched(1, { bot: first })).toEqual([true]);
      expect(await searched(1, { bot: second })).toEqual([true]);
    });

    it('lets those go that were not asked for longest', async () => {
      jest.advanceTimersByTime(20_000);

      expect((await searched(9, { bot: third })).at(-1)).toBe(true);
      expect(memory.bytes).toBeLessThan(1_000_000);
      expect(await searched(1, { bot: second })).toEqual([true]);
      expect(await searched(1, { bot: first })).toEqual([false]);
    });

    it('lets all go that nobody asks for any more', () => {
      jest.advanceTimersByTime(16 * 60_000);

      expect(memory.bytes).toBe(0);
    });
  });

  it('loads nothing of which there is too much to be compared', async () => {
    expect(await searched(9, { corpus: { version: '1', passages: 5 } })).not.toContain(true);
    expect(load).not.toHaveBeenCalled();
  });

  it('is off where it may take no memory', async () => {
    memory = memoryOf(0);

    expect(await searched(9)).not.toContain(true);
    expect(memory.bytes).toBe(0);
  });
});
