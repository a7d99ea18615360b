import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  ChatApi,
  ChatEvent,
  ChatModel,
  ChatRequest,
  ToolDeclaration,
} from '../../src/modules/providers/ports/chat-model.port.js';
import { ProviderFailure } from '../../src/modules/providers/providers.errors.js';
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

/** What a subject does when it is asked the right thing, for models that call tools, count tokens and can fail. */
export interface ProvokedAnswers {
  /** A question at which it calls the tool `look_up` with a query, where it is offered. */
  readonly callsTool: string;
  /** What it counts for any other question. */
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
  /** Questions that its provider answers with a failure. */
  readonly failures: readonly {
    readonly question: string;
    readonly code: string;
    readonly retryable: boolean;
  }[];
}

const LOOK_UP: ToolDeclaration = {
  name: 'look_up',
  description: 'Looks something up.',
  parameters: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
};

/** What every `ChatModel` promises, and what those promise that have a provider. */
export function describeChatModel(
  name: string,
  open: () => Promise<ChatModelSubject>,
  provoked?: ProvokedAnswers,
): void {
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

    if (!provoked) return;
    const said = (content: string): Partial<ChatRequest> => ({ messages: [{ role: 'user', content }] });

    it('tells what the provider has counted', async () => {
      const counted = (await answer()).filter(({ type }) => type === 'usage');

      expect(counted).toMatchObject([provoked.usage]);
    });

    it('gives out a call of a tool whole, and finishes because of it', async () => {
      const events = await answer({ ...said(provoked.callsTool), tools: [LOOK_UP] });

      const calls = events.flatMap((event) => (event.type === 'tool_call' ? [event.call] : []));
      expect(calls).toMatchObject([{ name: 'look_up', arguments: { query: 'opening hours' } }]);
      expect(calls[0]?.problem).toBeUndefined();
      expect(events.at(-1)).toEqual({ type: 'finish', reason: 'tool_calls' });
    });

    it('takes what came of a call, and answers', async () => {
      const call = { id: 'call_1', name: 'look_up', arguments: { query: 'opening hours' } };

      const events = await answer({
        tools: [LOOK_UP],
        messages: [
          { role: 'user', content: 'When does it open?' },
          { role: 'assistant', content: '', toolCalls: [call] },
          { role: 'tool', toolCallId: 'call_1', name: 'look_up', content: 'At nine.' },
        ],
      });

      expect(textOf(events)).not.toBe('');
      expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
    });

    it.each(provoked.failures)(
      'throws $code when it is told to $question',
      async ({ question, code, retryable }) => {
        const failure = answer(said(question));

        await expect(failure).rejects.toBeInstanceOf(ProviderFailure);
        await expect(failure).rejects.toMatchObject({ code, retryable });
      },
    );
  });
}

function about({ modelName, api }: ChatModelSubject): Partial<ChatRequest> {
  return { model: modelName, ...(api ? { api } : {}) };
}

function textOf(events: readonly ChatEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('');
}
