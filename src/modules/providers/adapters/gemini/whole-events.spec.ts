import { describe, expect, it } from '@jest/globals';
import { wholeEvents } from './whole-events.js';

/** What comes out when these packets go in. */
async function passed(...packets: readonly string[]): Promise<string[]> {
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const packet of packets) controller.enqueue(Buffer.from(packet, 'latin1'));
      controller.close();
    },
  });
  const out: string[] = [];
  for await (const bytes of source.pipeThrough(wholeEvents()))
    out.push(Buffer.from(bytes).toString('latin1'));
  return out;
}

describe('wholeEvents', () => {
  it.each<[string, string[], string[]]>([
    ['an event that is whole', ['data: 1\n\n'], ['data: 1\n\n']],
    ['an event in pieces, as one', ['da', 'ta: ', '1\n\n'], ['data: 1\n\n']],
    ['an event whose end is in pieces, as one', ['data: 1\r', '\n\r', '\n'], ['data: 1\r\n\r\n']],
    ['several events', ['data: 1\r\rdata: 2\r\r'], ['data: 1\r\rdata: 2\r\r']],
    ['the beginning of the next event', ['data: 1\n\nda', 'ta: 2\n\n'], ['data: 1\n\nda', 'ta: 2\n\n']],
    ['lines that end no event, with their event', ['data: 1\n', ': 2\r\n', '\n\n'], ['data: 1\n: 2\r\n\n\n']],
    ['what is left at the end', ['data: 1', '\n'], ['data: 1\n']],
    ['nothing', [], []],
  ])('hands on %s', async (_, packets, expected) => {
    await expect(passed(...packets)).resolves.toEqual(expected);
  });
});
