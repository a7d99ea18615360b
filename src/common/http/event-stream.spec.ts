import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { EventStream, type ServerEvent } from './event-stream.js';

async function* twoEvents(): AsyncGenerator<ServerEvent> {
  await sleep(1);
  yield { event: 'a', data: { text: 'line\nbreak' } };
  yield { event: 'b', data: null };
}

async function textOf(stream: EventStream): Promise<string> {
  let text = '';
  for await (const chunk of stream.getStream()) text += String(chunk);
  return text;
}

describe('EventStream', () => {
  it('frames each event on lines of its own', async () => {
    const stream = await EventStream.open(() => twoEvents());

    expect(await textOf(stream)).toBe('event: a\ndata: {"text":"line\\nbreak"}\n\nevent: b\ndata: null\n\n');
  });

  it('fails to open when the first event fails, so that a problem can be answered', async () => {
    // eslint-disable-next-line require-yield -- it fails before its first event
    const failing = async function* (): AsyncGenerator<ServerEvent> {
      await sleep(1);
      throw new Error('no such conversation');
    };

    await expect(EventStream.open(() => failing())).rejects.toThrow('no such conversation');
  });

  it('ends with an error when the source fails in the middle', async () => {
    const breaking = async function* (): AsyncGenerator<ServerEvent> {
      yield { event: 'a', data: 1 };
      await sleep(1);
      throw new Error('select secret from users');
    };

    const text = await textOf(await EventStream.open(() => breaking()));

    expect(text.match(/event: \w+/g)).toEqual(['event: a', 'event: error']);
    expect(text).toContain('"code":"internal"');
    expect(text).not.toContain('secret');
  });

  it('tells the source at once when the client goes away', async () => {
    let gone: AbortSignal | undefined;
    const stream = await EventStream.open((signal) => {
      gone = signal;
      return twoEvents();
    });

    stream.getStream().destroy();

    expect(gone?.aborted).toBe(true);
  });

  it('gives all events to the recorder before it ends, and plays them again', async () => {
    let recorded: readonly ServerEvent[] = [];
    const stream = await EventStream.open(() => twoEvents());
    stream.recordWith(async (events) => {
      await sleep(1);
      recorded = events;
    });

    const text = await textOf(stream);

    expect(recorded).toHaveLength(2);
    expect(await textOf(await EventStream.replay(recorded))).toBe(text);
  });
});
