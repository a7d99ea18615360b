import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Sql, Tenancy } from '#common/database';
import { OutboundClient } from '#common/http';
import type { ChatPatience } from '../../src/modules/providers/call-clock.js';
import { type CircuitName, Circuits } from '../../src/modules/providers/circuits.js';
import { answers, type Script, ScriptedServer } from '../integration/providers/scripted-server.js';
import type { ApiAnswer, StreamedEvent } from '../support/api-client.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { PutModelOverrideDto } from '../support/generated/api.js';
import { createBot, messagesOf, openConversation } from '../support/journey.js';
import {
  DIALECTS,
  type ProviderDialect,
  sends,
  sendsAndBreaks,
  sendsAndHangs,
  sendsSplitAt,
} from '../support/provider-dialects.js';

/** What a provider does, and what becomes of the answer. */
interface Behaviour {
  readonly name: string;
  readonly script: (dialect: ProviderDialect) => Script;
  /** How often the provider is asked; once unless the same call may succeed a little later. */
  readonly tries?: number;
  /** With which the answer fails. */
  readonly code?: string;
  readonly retryAfter?: string;
  /** Whether it is worth asking again. */
  readonly retryable?: boolean;
  /** What was said before it failed, and is kept; or the whole answer. */
  readonly said?: string;
}

const WAYS = ['stream', 'plain'] as const;

interface Case {
  readonly id: string;
  readonly dialect: ProviderDialect;
  readonly provider: PutModelOverrideDto['provider'];
  readonly behaviour: Behaviour;
  readonly does: string;
  readonly way: (typeof WAYS)[number];
}

/** A row of the ledger. */
interface Call {
  readonly provider: string;
  readonly model: string;
  readonly attempt: number;
  readonly outcome: string;
  readonly code: string | null;
  readonly input: number | null;
  readonly output: number | null;
  readonly cost: number | null;
}

/** What was seen of one case. */
interface Seen {
  readonly plain: ApiAnswer<Record<string, unknown>> | null;
  readonly events: readonly StreamedEvent[];
  readonly messages: Awaited<ReturnType<typeof messagesOf>>;
  readonly calls: readonly Call[];
  readonly requests: number;
  readonly circuit: CircuitName;
}

/** Long enough for a busy machine with so many cases at once. */
const PATIENCE: ChatPatience = { firstTextMs: 5_000, betweenMs: 5_000, trailerMs: 5_000, totalMs: 16_000 };
const AT_ONCE = 12;
const QUESTION = 'When does the unspeakable museum open?';
const KEY = 'sk-secret-of-the-operator';
/** Messages of failures quote only the beginning of what they complain about. */
const KEY_BEGINS = 'sk-secret';
const SAID = 'It opens ';
/** Dollars a million tokens; 30 are read, 4 written. */
const PRICE = { input: 1, output: 2 };
const COST = 0.000_038;
const OWL = 'Über 🦉🦉 und 東京, um neun.';
const LONG = 'nine '.repeat(100_000);

const BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'limits how often it is asked (429)',
    script: ({ refuses }) => refuses(429, `Slow down, ${KEY}`),
    ...{ code: 'provider_rate_limited', tries: 3 },
  },
  {
    name: 'limits it for longer than we wait (429, Retry-After)',
    script: ({ refuses }) => refuses(429, `Slow down, ${KEY}`, { 'retry-after': '60' }),
    ...{ code: 'provider_rate_limited', retryAfter: '60' },
  },
  {
    name: 'has a failure of its own (500)',
    script: ({ refuses }) => refuses(500, `We failed while we served ${KEY}`),
    ...{ code: 'provider_overloaded', tries: 3 },
  },
  {
    name: 'is overloaded (529)',
    script: ({ refuses }) => refuses(529, `Too busy for ${KEY}`),
    ...{ code: 'provider_overloaded', tries: 3 },
  },
  {
    name: 'says nothing, not even headers',
    script: () => () => undefined,
    ...{ code: 'provider_timeout', tries: 3 },
  },
  {
    name: 'says nothing after its headers',
    script: ({ opening }) => sendsAndHangs(opening),
    ...{ code: 'provider_timeout', tries: 3 },
  },
  {
    name: 'falls silent after some words',
    script: ({ opening, says }) => sendsAndHangs(opening, says('It '), says('opens ')),
    ...{ code: 'provider_timeout', said: SAID },
  },
  {
    name: 'is cut off in the middle of an event',
    script: ({ opening, says }) => sendsAndBreaks(opening, says(SAID), says(`at nine ${KEY}`).slice(0, -5)),
    ...{ code: 'provider_protocol', said: SAID },
  },
  {
    name: 'ends in the middle of an event',
    script: ({ opening, says }) => sends(opening, says(SAID), says(`at nine ${KEY}`).slice(0, -5)),
    ...{ code: 'provider_protocol', said: SAID },
  },
  {
    name: 'ends without an end',
    script: ({ opening, says }) => sends(opening, says(SAID)),
    ...{ code: 'provider_protocol', said: SAID },
  },
  {
    name: 'sends half a JSON object first',
    script: ({ opening, garbles }) => sends(opening, garbles(`{"said": "${KEY}`)),
    ...{ code: 'provider_protocol', tries: 3 },
  },
  {
    name: 'sends the key in place of JSON after some words',
    script: ({ opening, says, garbles }) => sends(opening, says(SAID), garbles(KEY)),
    ...{ code: 'provider_protocol', said: SAID },
  },
  {
    name: 'sends a web page',
    script: () => answers(200, `<html>Sign in as ${KEY}</html>`, 'text/html'),
    ...{ code: 'provider_protocol', tries: 3 },
  },
  {
    name: 'sends an empty stream',
    script: () => sends(''),
    ...{ code: 'provider_protocol', tries: 3 },
  },
  {
    name: 'tells of an error in the stream',
    script: ({ opening, says, fails }) => sends(opening, says(SAID), fails(`We lost ${KEY}`)),
    ...{ code: 'provider_overloaded', said: SAID },
  },
  {
    name: 'does not come to an end (2 MB in one event)',
    script: ({ opening, says, ending }) => sends(opening, says('nine '.repeat(400_000)), ending),
    ...{ code: 'answer_too_long', retryable: false },
  },
  {
    name: 'says much at once (500 KB in one event)',
    script: ({ opening, says, ending }) => sends(opening, says(LONG), ending),
    said: LONG,
  },
  {
    name: 'sends a character in two packets',
    script: ({ opening, says, ending }) => sendsSplitAt('🦉', opening, says(OWL), ending),
    said: OWL,
  },
];

const CASES: readonly Case[] = DIALECTS.flatMap((dialect) =>
  BEHAVIOURS.flatMap((behaviour) =>
    WAYS.map((way) => ({ dialect, provider: dialect.provider, behaviour, does: behaviour.name, way })),
  ),
).map((one, index) => ({ ...one, id: `case-${String(index)}` }));

/** One provider's server; it behaves by the name of the model that it is asked for. */
class Provider {
  readonly #scripts = new Map<string, Script>();
  readonly #open = new Map<string, number>();

  private constructor(
    readonly dialect: ProviderDialect,
    readonly server: ScriptedServer,
  ) {}

  static async start(dialect: ProviderDialect): Promise<Provider> {
    const provider = new Provider(dialect, await ScriptedServer.start());
    provider.server.play(async (response, request) => {
      const model = dialect.modelIn(request);
      provider.#open.set(model, provider.openFor(model) + 1);
      response.on('close', () => provider.#open.set(model, provider.openFor(model) - 1));
      await provider.#scripts.get(model)?.(response, request);
    });
    return provider;
  }

  behaves(model: string, script: Script): void {
    this.#scripts.set(model, script);
  }

  requestsFor(model: string): number {
    return this.server.requests.filter((request) => this.dialect.modelIn(request) === model).length;
  }

  openFor(model: string): number {
    return this.#open.get(model) ?? 0;
  }
}

/** Takes the log's lines on their way out; it must be called before the app is made. */
function catchLog(): string[] {
  const lines: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  return lines;
}

describe('a provider that', () => {
  const outbound = new OutboundClient({ allow: [] });
  const seen = new Map<string, Promise<Seen>>();
  const providers = new Map<string, Provider>();
  let log: string[];
  let testApp: TestApp;
  let admin: TestMember;

  beforeAll(async () => {
    log = catchLog();
    for (const dialect of DIALECTS) providers.set(dialect.provider, await Provider.start(dialect));
    const chatModels = [...providers.values()].map(({ dialect, server: { baseUrl } }) =>
      dialect.listener({ apiKey: KEY, baseUrl, isOperators: true }, outbound, PATIENCE),
    );
    testApp = await createTestApp({ chatModels, env: { LOG_LEVEL: 'trace' } });
    admin = await (await testApp.workspace()).as('admin');
    await playAll();
  });

  afterAll(async () => {
    await testApp.close();
    await outbound.close();
    for (const { server } of providers.values()) await server.stop();
    jest.restoreAllMocks();
  });

  const providerOf = (name: string): Provider => {
    const provider = providers.get(name);
    if (!provider) throw new Error(`There is no ${name}.`);
    return provider;
  };

  const circuitOf = (provider: string, model: string): CircuitName =>
    testApp.app.get(Circuits, { strict: false }).stateOf({ provider, credentialId: null, model });

  const pathOf = (conversationId: string): string => `/v1/conversations/${conversationId}/messages`;

  const converse = async (provider: PutModelOverrideDto['provider'], name: string): Promise<string> =>
    openConversation(admin, (await createBot(admin, { model: { provider, name } })).id);

  const callsIn = (conversationId: string): Promise<Call[]> =>
    testApp.app.get(Tenancy).runUnbound(() =>
      testApp.app.get(Sql).acrossWorkspaces<Call>(
        'a test looks on',
        `select provider, model, attempt, outcome, code, input_tokens as input, output_tokens as output,
           cost_usd::float8 as cost
         from model_calls where conversation_id = ? order by attempt`,
        [conversationId],
      ),
    );

  const introduce = ({ provider, api }: ProviderDialect, name: string) =>
    admin.send('models.putOverride', { body: { provider, name, price: PRICE, ...(api ? { api } : {}) } });

  async function playAll(): Promise<void> {
    const waiting = CASES.values();
    const lane = async (): Promise<void> => {
      for (const one of waiting) {
        const played = play(one);
        seen.set(one.id, played);
        await played.catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }

  async function play({ id, dialect, provider, behaviour, way }: Case): Promise<Seen> {
    const server = providerOf(provider);
    server.behaves(id, behaviour.script(dialect));
    await introduce(dialect, id);
    const conversationId = await converse(provider, id);
    const body = { content: QUESTION };
    const plain = way === 'plain' ? await admin.post(pathOf(conversationId), body) : null;
    const events = way === 'stream' ? await admin.stream(pathOf(conversationId), body) : [];
    return {
      ...{ plain, events, requests: server.requestsFor(id), circuit: circuitOf(provider, id) },
      messages: await messagesOf(admin, conversationId),
      calls: await callsIn(conversationId),
    };
  }

  function expectPlain({ code, retryAfter = '5', retryable = true, said }: Behaviour, { plain }: Seen): void {
    if (code === undefined) {
      expect([plain?.status, plain?.body['answer']]).toEqual([
        200,
        expect.objectContaining({ content: said }),
      ]);
      return;
    }
    expect(plain?.body).toMatchObject({
      ...{ status: retryable ? 503 : 424, code },
      requestId: plain?.headers.get('x-request-id'),
    });
    expect(plain?.headers.get('content-type')).toContain('application/problem+json');
    expect(plain?.headers.get('retry-after')).toBe(retryable ? retryAfter : null);
  }

  function expectStream({ code, retryable = true, said = '' }: Behaviour, { events }: Seen): void {
    const [first, ...others] = events.map(({ event }) => event);
    expect([first, ...new Set(others)]).toEqual([
      'message.started',
      ...(said ? ['message.delta'] : []),
      code === undefined ? 'message.completed' : 'error',
    ]);
    expect(events.map(({ data }) => (data as { text?: string }).text).join('')).toBe(said);
    const message = expect.stringMatching(/\w+/);
    if (code !== undefined) expect(events.at(-1)?.data).toEqual({ code, retryable, message });
  }

  function expectKept({ code, said = '' }: Behaviour, { messages }: Seen): void {
    const failure = { status: 'error', answered: false, citations: [], error: { code } };
    expect(messages).toEqual([
      expect.objectContaining({ role: 'user', content: QUESTION, status: 'complete' }),
      expect.objectContaining({ role: 'assistant', content: said }),
    ]);
    expect(messages[1]).toMatchObject(code === undefined ? { status: 'complete' } : failure);
  }

  function expectWrittenDown({ id, provider, behaviour: { code, tries = 1 } }: Case, { calls }: Seen): void {
    const row = { provider, model: id };
    const failed = { ...row, outcome: 'failed', code, input: null, output: null, cost: null };
    const answered = { ...row, outcome: 'answered', code: null, input: 30, output: 4, cost: COST };
    expect(calls).toEqual(
      Array.from({ length: tries }, (_, index) => ({
        attempt: index + 1,
        ...(code === undefined ? answered : failed),
      })),
    );
  }

  it.each(CASES)('$provider $does: $way', async (one) => {
    const { id, provider, behaviour, way } = one;
    const result = (await seen.get(id)) as Seen;

    if (way === 'plain') expectPlain(behaviour, result);
    else expectStream(behaviour, result);
    expectKept(behaviour, result);
    expectWrittenDown(one, result);
    expect(result.requests).toBe(behaviour.tries ?? 1);
    expect(result.circuit).toBe('closed');
    expect(JSON.stringify(result)).not.toContain(KEY_BEGINS);
    await eventually(
      () => providerOf(provider).openFor(id),
      (open) => open === 0,
    );
  });

  it('fails too often is not asked for five seconds, and then once', async () => {
    await Promise.all(DIALECTS.map(wearOut));
  });

  async function wearOut(dialect: ProviderDialect): Promise<void> {
    const { provider, refuses, opening, says, ending } = dialect;
    const model = 'worn-out';
    await introduce(dialect, model);
    const server = providerOf(provider);
    const ask = async (): Promise<[number, unknown, Call[]]> => {
      const conversationId = await converse(provider, model);
      const { status, body } = await admin.post(pathOf(conversationId), { content: QUESTION });
      return [status, body['code'], await callsIn(conversationId)];
    };
    server.behaves(model, refuses(429, KEY, { 'retry-after': '60' }));

    for (let asked = 1; asked <= 8; asked += 1) {
      expect(circuitOf(provider, model)).toBe('closed');
      expect((await ask())[1]).toBe('provider_rate_limited');
    }
    expect(circuitOf(provider, model)).toBe('open');

    server.behaves(model, sends(opening, says('At nine.'), ending));
    const refused = { attempt: 1, outcome: 'failed', code: 'provider_unavailable', cost: null };
    expect(await ask()).toEqual([503, 'provider_unavailable', [expect.objectContaining(refused)]]);
    expect(server.requestsFor(model)).toBe(8);

    await sleep(5_100);
    const answered = { attempt: 1, outcome: 'answered', code: null };
    expect(await ask()).toEqual([200, undefined, [expect.objectContaining(answered)]]);
    expect(server.requestsFor(model)).toBe(9);
    expect(circuitOf(provider, model)).toBe('closed');
  }

  it('fails leaves no connection over, and neither the key nor what was asked in the log', async () => {
    for (const { server } of providers.values())
      await eventually(
        () => server.openAnswers,
        (open) => open === 0,
      );

    const ids = (await Promise.all(seen.values())).flatMap(
      ({ plain }) => plain?.headers.get('x-request-id') ?? [],
    );
    const lines = await eventually(
      () => log.join(''),
      (text) => ids.every((id) => text.includes(id)),
    );
    expect(lines).not.toContain(KEY_BEGINS);
    expect(lines).not.toContain(QUESTION);
  });
});
