import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { collect } from '../../../../../test/support/collect.js';
import { gathered } from './gathered.js';

async function* wordsOf(...words: readonly (string | null | Error)[]): AsyncGenerator<string> {
  for (const word of words) {
    if (word === null) await sleep(5);
    else if (word instanceof Error) throw word;
    else yield await Promise.resolve(word);
  }
}

describe('gathered', () => {
  it('gives together what comes at once', async () => {
    expect(await collect(gathered(wordsOf('a', 'b', 'c')))).toEqual([['a', 'b', 'c']]);
  });

  it('keeps apart what comes one after the other', async () => {
    expect(await collect(gathered(wordsOf('a', null, 'b', 'c', null)))).toEqual([['a'], ['b', 'c']]);
  });

  it('gives nothing of nothing', async () => {
    expect(await collect(gathered(wordsOf()))).toEqual([]);
  });

  it('hands on what came before a failure', async () => {
    const seen: string[] = [];
    const reading = (async () => {
      for await (const words of gathered(wordsOf('a', 'b', new Error('cut')))) {
        seen.push(...words);
        await sleep(5);
      }
    })();

    await expect(reading).rejects.toThrow('cut');
    expect(seen).toEqual(['a', 'b']);
  });

  it('reads ahead of a slow reader by so much and no more', async () => {
    let read = 0;
    const source = async function* (): AsyncGenerator<number> {
      for (; read < 2_000; read += 1) yield await Promise.resolve(read);
    };
    const reader = gathered(source());

    const first = await reader.next();
    await sleep(20);

    expect(first.value).toHaveLength(256);
    expect(read).toBe(2 * 256 - 1);
    expect((await collect(reader)).flat()).toEqual(Array.from({ length: 2_000 - 256 }, (_, at) => at + 256));
  });

  it('stops its source when its reader leaves', async () => {
    let isStopped = false;
    const source = async function* (): AsyncGenerator<string> {
      try {
        for (;;) {
          yield 'a';
          await sleep(5);
        }
      } finally {
        isStopped = true;
      }
    };
    const reader = gathered(source());

    await reader.next();
    await reader.return(undefined);

    expect(isStopped).toBe(true);
  });
});
