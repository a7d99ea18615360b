import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutboundClient } from '../../../src/common/http/outbound/index.js';
import { CHAT_PATIENCE, type ChatPatience } from '../../../src/modules/providers/call-clock.js';
import type {
  ChatEvent,
  ChatModel,
  ChatRequest,
} from '../../../src/modules/providers/ports/chat-model.port.js';
import { ProviderFailure } from '../../../src/modules/providers/providers.errors.js';
import { buildChatRequest } from '../../factories/chat-request.factory.js';
import { collect } from '../../support/collect.js';
import {
  DIALECTS,
  type ProviderDialect,
  sendsAndHangs,
  sendsSlowly,
} from '../../support/provider-dialects.js';
import { type Script, ScriptedServer } from './scripted-server.js';

describe.each(DIALECTS.map((dialect): [string, ProviderDialect] => [dialect.provider, dialect]))(
  'The chat model of %s',
  (_, { api, listener, opening, says, finishes, ending, garbles, stillHere }) => {
    const outbound = new OutboundClient({ allow: [] });
    let server: ScriptedServer;

    beforeAll(async () => {
      server = await ScriptedServer.start();
    });
    afterAll(async () => {
      await outbound.close();
      await server.stop();
    });

    const modelWith = (patience: Partial<ChatPatience> = {}): ChatModel =>
      listener({ apiKey: 'sk-secret', baseUrl: server.baseUrl, isOperators: true }, outbound, {
        ...CHAT_PATIENCE,
        ...patience,
      });

    const ask = (
      overrides: Partial<ChatRequest> = {},
      patience: Partial<ChatPatience> = {},
    ): AsyncIterable<ChatEvent> =>
      modelWith(patience).stream(
        buildChatRequest({ model: 'a-model', ...(api ? { api } : {}), ...overrides }),
      );

    async function failureOf(script: Script, patience: Partial<ChatPatience>): Promise<ProviderFailure> {
      server.play(script);
      const failure = await collect(ask({}, patience)).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(failure).toBeInstanceOf(ProviderFailure);
      return failure as ProviderFailure;
    }

    /** A stream in which this comes again and again. */
    function repeats(wire: string): Script {
      return (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const timer = setInterval(() => response.write(wire), 20);
        response.on('close', () => clearInterval(timer));
      };
    }

    describe('waits', () => {
      it('not forever for the headers', async () => {
        const failure = await failureOf(() => undefined, { firstTextMs: 100 });

        expect(failure).toMatchObject({ code: 'provider_timeout', retryable: true });
      });

      it('not forever for the first text, even when the server says that it is still there', async () => {
        const failure = await failureOf(repeats(stillHere), { firstTextMs: 200 });

        expect(failure.code).toBe('provider_timeout');
      });

      it('not forever between two texts', async () => {
        const failure = await failureOf(sendsAndHangs(opening, says('The')), { betweenMs: 100 });

        expect(failure.code).toBe('provider_timeout');
      });

      it('not forever for an answer that drips', async () => {
        const failure = await failureOf(repeats(says('x')), { totalMs: 250 });

        expect(failure.code).toBe('provider_timeout');
      });

      it('not forever for the reasons of a refusal', async () => {
        const failure = await failureOf(
          (response) => {
            response.writeHead(400, { 'content-type': 'application/json' });
            response.write('{"error":');
          },
          { totalMs: 200 },
        );

        expect(failure.code).toBe('provider_timeout');
      });

      it('only shortly for what follows the reason of the end', async () => {
        server.play(sendsAndHangs(opening, says('Nine.'), finishes));

        const events = await collect(ask({}, { trailerMs: 50 }));

        expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
      });

      it('as long as its reader takes', async () => {
        server.play(sendsSlowly(20, `${opening}${says('Nine')}`, says(' [1].'), ending));
        const texts: string[] = [];

        for await (const event of ask({}, { betweenMs: 60 })) {
          if (event.type === 'text') texts.push(event.text);
          await sleep(100);
        }

        expect(texts).toEqual(['Nine', ' [1].']);
      });
    });

    describe('stops', () => {
      async function msUntilClosed(): Promise<number> {
        const begunAt = performance.now();
        while (server.openAnswers > 0 && performance.now() - begunAt < 2_000) await sleep(1);
        return performance.now() - begunAt;
      }

      it.each<[string, Script]>([
        ['before the headers', () => undefined],
        ['in the middle', sendsAndHangs(opening, says('The museum'))],
      ])('within 100 ms of an abort %s, and closes the connection', async (_, script) => {
        server.play(script);
        const caller = new AbortController();
        const reason = new Error('gone');
        const answer = collect(ask({ signal: caller.signal })).catch((thrown: unknown) => thrown);
        while (server.openAnswers === 0) await sleep(1);

        caller.abort(reason);
        const abortedAt = performance.now();
        const thrown = await answer;
        const tookMs = performance.now() - abortedAt;

        expect(thrown).toBe(reason);
        expect(tookMs).toBeLessThan(100);
        expect(await msUntilClosed()).toBeLessThan(100);
      });

      it('within 100 ms of an abort after the first text, and closes the connection', async () => {
        server.play(sendsAndHangs(opening, says('The museum')));
        const caller = new AbortController();
        const reason = new Error('gone');
        const events = ask({ signal: caller.signal })[Symbol.asyncIterator]();
        await events.next();

        const abortedAt = performance.now();
        caller.abort(reason);
        await expect(events.next()).rejects.toBe(reason);
        while (server.openAnswers > 0) await sleep(1);

        expect(performance.now() - abortedAt).toBeLessThan(100);
      });

      it('when its reader does, and closes the connection', async () => {
        server.play(sendsAndHangs(opening, says('The'), says(' museum')));

        for await (const event of ask()) {
          expect(event.type).toBe('text');
          break;
        }

        expect(await msUntilClosed()).toBeLessThan(100);
      });

      it('when what it reads makes no sense, and closes the connection', async () => {
        server.play(sendsAndHangs(garbles('nonsense')));

        await expect(collect(ask())).rejects.toMatchObject({ code: 'provider_protocol' });

        expect(await msUntilClosed()).toBeLessThan(100);
      });
    });
  },
);
