import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { APIError } from 'openai';
import { collect } from '../../../../../test/support/collect.js';
import { eventStream } from './event-stream.js';

interface Word {
  readonly word: string;
}

const said = (word: string): string => `data: ${JSON.stringify({ word })}\n\n`;

/** The packets as they come, then a failure if there is one. */
function responseOf(packets: readonly (string | Uint8Array)[], failure?: Error): Response {
  const waiting = packets.map((packet) => Buffer.from(packet as string));
  return new Response(
    new ReadableStream<Uint8Array>({
      pull(controller) {
        const next = waiting.shift();
        if (next) controller.enqueue(next);
        else if (failure) controller.error(failure);
        else controller.close();
      },
    }),
  );
}

/** What is given before it ends, and what it ends with. */
async function readAll(response: Response): Promise<{ words: string[][]; thrown?: unknown }> {
  const words: string[][] = [];
  try {
    for await (const together of eventStream<Word>(response)) words.push(together.map(({ word }) => word));
    return { words };
  } catch (thrown) {
    return { words, thrown };
  }
}

describe('eventStream', () => {
  it('gives together what comes in one packet', async () => {
    const { words } = await readAll(responseOf([`${said('a')}${said('b')}`, said('c'), 'data: [DONE]\n\n']));

    expect(words).toEqual([['a', 'b'], ['c']]);
  });

  it('puts events together that come in pieces, even within a character', async () => {
    const bytes = Buffer.from(said('größer'));
    const middle = bytes.indexOf('ö') + 1;

    expect(await readAll(responseOf([bytes.subarray(0, middle), bytes.subarray(middle)]))).toEqual({
      words: [['größer']],
    });
  });

  it('takes the last event without its blank line', async () => {
    expect(await readAll(responseOf([said('a'), said('b').trimEnd()]))).toEqual({ words: [['a'], ['b']] });
  });

  it('reads nothing behind the end, and waits for nothing', async () => {
    const endless = responseOf(
      [`${said('a')}data: [DONE]\n\n${said('b')}`],
      new Error('the connection broke'),
    );

    expect(await readAll(endless)).toEqual({ words: [['a']] });
  });

  it.each([
    ['its event', 'event: error\ndata: {"code":"server_error","message":"No."}\n\n'],
    ['its data', 'data: {"error":{"code":"server_error","message":"No."}}\n\n'],
  ])('fails with what the server says is wrong, by %s, after what came before', async (_, wire) => {
    const { words, thrown } = await readAll(responseOf([`${said('a')}${wire}`]));

    expect(words).toEqual([['a']]);
    expect(thrown).toBeInstanceOf(APIError);
    expect(thrown).toMatchObject({ code: 'server_error', message: 'No.' });
  });

  it('fails with what is no JSON, after what came before, without repeating it', async () => {
    const wire = `${said('a')}data: sk-secret <html>\n\n${said('b')}`;

    const { words, thrown } = await readAll(responseOf([wire]));

    expect(words).toEqual([['a']]);
    expect(thrown).toBeInstanceOf(SyntaxError);
    expect(inspect(thrown, { depth: 5 })).not.toContain('sk-secret');
  });

  it('fails as the connection does', async () => {
    const broken = new Error('the connection broke');

    expect(await readAll(responseOf([said('a')], broken))).toEqual({ words: [['a']], thrown: broken });
  });

  it('closes the connection when its reader leaves', async () => {
    let isClosed = false;
    const response = new Response(
      new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(Buffer.from(said('a'))),
        cancel: () => {
          isClosed = true;
        },
      }),
    );
    const reader = eventStream<Word>(response);

    await reader.next();
    await reader.return(undefined);

    expect(isClosed).toBe(true);
  });

  it('is empty without a body', async () => {
    expect(await collect(eventStream(new Response(null)))).toEqual([]);
  });
});
