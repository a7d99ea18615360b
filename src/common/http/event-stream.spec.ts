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

  describe('whose first event has no name', () => {
    const openAiEvents = async function* (): AsyncGenerator<ServerEvent> {
      yield { data: { text: 'Hello' } };
      await sleep(1);
      yield { data: '[DONE]' };
    };

    it('sends data alone, and texts as they are', async () => {
      const stream = await EventStream.open(() => openAiEvents());

      expect(await textOf(stream)).toBe('data: {"text":"Hello"}\n\ndata: [DONE]\n\n');
    });

    it("tells of failures in OpenAI's words, its own and those from outside", async () => {
      const failure = { code: 'unauthenticated', message: 'The key has ended.', retryable: false };
      const stopped = await EventStream.open(() => openAiEvents());
      const failing = async function* (): AsyncGenerator<ServerEvent> {
        yield { data: 1 };
        await sleep(1);
        yield { event: 'error', data: failure };
      };

      stopped.stop({ event: 'error', data: failure });

      const told =
        '{"error":{"message":"The key has ended.","type":"invalid_request_error","code":"invalid_api_key","param":null}}';
      expect(await textOf(stopped)).toBe(`data: ${told}\n\n`);
      expect(await textOf(await EventStream.open(() => failing()))).toBe(`data: 1\n\ndata: ${told}\n\n`);
    });
  });
});
