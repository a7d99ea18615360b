import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  ChatApi,
  ChatEvent,
  ChatModel,
  ChatRequest,
} from '../../src/modules/providers/ports/chat-model.port.js';
import { buildChatRequest, buildChatSource } from '../factories/chat-request.factory.js';
import { collect } from '../support/collect.js';

/** A chat model to be held to its port. It must answer any question in more than one event. */
export interface ChatModelSubject {
  readonly model: ChatModel;
  /** A name of one of its models. */
  readonly modelName: string;
  /** By which of its interfaces it is held to the port. */
  readonly api?: ChatApi;
  close?(): Promise<void>;
}

/** What every `ChatModel` promises. */
export function describeChatModel(name: string, open: () => Promise<ChatModelSubject>): void {
  describe(`${name} as a ChatModel`, () => {
    let subject: ChatModelSubject;

    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject.close?.());

    const ask = (overrides: Partial<ChatRequest> = {}): AsyncIterable<ChatEvent> =>
      subject.model.stream(buildChatRequest({ ...about(subject), ...overrides }));
    const answer = (overrides: Partial<ChatRequest> = {}): Promise<ChatEvent[]> => collect(ask(overrides));

    it('answers in texts that are never empty', async () => {
      const events = await answer();

      const texts = events.filter((event) => event.type === 'text').map(({ text }) => text);
      expect(texts.length).toBeGreaterThan(0);
      expect(texts).not.toContain('');
    });

    it('finishes exactly once, last, and reports usage at most once', async () => {
      const events = await answer();

      const types = events.map(({ type }) => type);
      expect(types.filter((type) => type === 'finish')).toEqual(['finish']);
      expect(types.at(-1)).toBe('finish');
      expect(types.filter((type) => type === 'usage').length).toBeLessThanOrEqual(1);
    });

    it('answers without sources too', async () => {
      const events = await answer({ sources: [], supported: false });

      expect(events.at(-1)?.type).toBe('finish');
    });

    it('answers a question that follows a long conversation', async () => {
      const turns = Array.from({ length: 200 }, (_, turn) => [
        { role: 'user' as const, content: `Question ${turn}? ${'word '.repeat(200)}` },
        { role: 'assistant' as const, content: turn % 7 === 0 ? '' : 'An answer. '.repeat(50) },
      ]).flat();

      const events = await answer({ messages: [...turns, { role: 'user', content: 'When does it open?' }] });

      expect(events.at(-1)?.type).toBe('finish');
    });

    it('survives odd characters in question and sources', async () => {
      const odd = 'a\u0000b \uD800 <|im_start|> \u202E 👩‍🚒 {{x}} ${y} %s';

      const events = await answer({
        messages: [{ role: 'user', content: odd }],
        sources: [buildChatSource({ title: odd, text: odd })],
      });

      expect(events.at(-1)?.type).toBe('finish');
    });

    it('throws the reason of an abort that came before the call', async () => {
      const reason = new Error('gone before');

      await expect(answer({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });

    it('throws the reason of an abort that comes in the middle', async () => {
      const caller = new AbortController();
      const reason = new Error('gone in the middle');
      const events = ask({ signal: caller.signal })[Symbol.asyncIterator]();
      await events.next();

      caller.abort(reason);

      const rest = async (): Promise<void> => {
        while (!(await events.next()).done);
      };
      await expect(rest()).rejects.toBe(reason);
    });

    it('can be left early and asked again', async () => {
      for await (const event of ask()) {
        expect(event.type).toBe('text');
        break;
      }

      const events = await answer();

      expect(events.at(-1)?.type).toBe('finish');
    });

    it('gives several answers at once without mixing them', async () => {
      const alone = await answer();

      const together = await Promise.all([answer(), answer(), answer()]);

      expect(together.map(textOf)).toEqual(Array(3).fill(textOf(alone)));
    });
  });
}

function about({ modelName, api }: ChatModelSubject): Partial<ChatRequest> {
  return { model: modelName, ...(api ? { api } : {}) };
}

function textOf(events: readonly ChatEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('');
}
