import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { collect } from '../../../test/support/collect.js';
import { gatheredTexts } from './gathered-texts.js';
import type { ChatEvent } from './ports/chat-model.port.js';

const text = (words: string): ChatEvent => ({ type: 'text', text: words });
const FINISH: ChatEvent = { type: 'finish', reason: 'stop' };
const USAGE: ChatEvent = { type: 'usage', inputTokens: 1, outputTokens: 2 };

async function* eventsOf(...events: readonly (ChatEvent | 'pause' | Error)[]): AsyncGenerator<ChatEvent> {
  for (const event of events) {
    if (event === 'pause') await sleep(5);
    else if (event instanceof Error) throw event;
    else yield await Promise.resolve(event);
  }
}

describe('gatheredTexts', () => {
  it('joins texts that come at once', async () => {
    const events = await collect(gatheredTexts(eventsOf(text('a'), text('b'), text('c'), USAGE, FINISH)));

    expect(events).toEqual([text('abc'), USAGE, FINISH]);
  });

  it('keeps texts apart that come one after the other', async () => {
    const events = await collect(gatheredTexts(eventsOf(text('a'), 'pause', text('b'), 'pause', FINISH)));

    expect(events).toEqual([text('a'), text('b'), FINISH]);
  });

  it('hands on what came before a failure', async () => {
    const seen: ChatEvent[] = [];
    const reading = (async () => {
      for await (const event of gatheredTexts(eventsOf(text('a'), text('b'), new Error('cut')))) {
        seen.push(event);
        await sleep(5);
      }
    })();

    await expect(reading).rejects.toThrow('cut');
    expect(seen).toEqual([text('ab')]);
  });

  it('stops its source when its reader leaves', async () => {
    let isStopped = false;
    const source = async function* (): AsyncGenerator<ChatEvent> {
      try {
        yield text('a');
        await sleep(5);
        yield text('b');
        yield FINISH;
      } finally {
        isStopped = true;
      }
    };
    const reader = gatheredTexts(source());

    await reader.next();
    await reader.return(undefined);

    expect(isStopped).toBe(true);
  });
});
