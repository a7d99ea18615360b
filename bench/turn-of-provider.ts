/**
 * How much later words come through us than by the vendor's SDK alone, from the same stand-in of the provider:
 *
 *     npm run bench:turn -- --provider openai|anthropic|gemini|openai-compatible [-- --turns 500]
 *
 * One call at a time, each way by turns: the bare SDK; the provider layer (port, adapter, guarded client, circuit,
 * retries, ledger entry) in the same process; and whole turns of an API process on the Postgres and Redis of
 * DATABASE_URL and REDIS_URL. The stand-in answers at once, in a process of its own.
 */
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai/web';
import { OpenAI } from 'openai';
import { parseArgs } from 'node:util';
import { OutboundClient } from '#common/http';
import { Operations } from '#common/telemetry';
import { AnthropicChatModel } from '../src/modules/providers/adapters/anthropic/anthropic.chat-model.js';
import { GeminiChatModel } from '../src/modules/providers/adapters/gemini/gemini.chat-model.js';
import { OpenAiChatModel } from '../src/modules/providers/adapters/openai/openai.chat-model.js';
import { ChatModels, type ChatQuestion } from '../src/modules/providers/chat-models.service.js';
import { Circuits } from '../src/modules/providers/circuits.js';
import type { CredentialMarks } from '../src/modules/providers/credentials/credential-marks.js';
import type { ModelAccess, WorkspaceModels } from '../src/modules/providers/model-access.js';
import { ProviderCalls } from '../src/modules/providers/provider-calls.js';
import { RetryPolicy } from '../src/modules/providers/retry-policy.js';
import { Child } from './support/child.js';
import { Installation, signUp } from './support/installation.js';
import { percentilesOf } from './support/load.js';

const VENDORS = ['openai', 'anthropic', 'gemini', 'openai-compatible'] as const;
type Vendor = (typeof VENDORS)[number];

const { values } = parseArgs({
  options: { provider: { type: 'string', default: 'openai' }, turns: { type: 'string', default: '500' } },
});
const TURNS = Number(values.turns);
const WARM_UP = Math.max(20, Math.floor(TURNS / 5));
const vendor = VENDORS.find((name) => name === values.provider);
if (!vendor) throw new Error(`--provider is one of ${VENDORS.join(', ')}.`);

const QUESTION = 'When is my bicycle ready?';
const KEY = 'bench';
/** Milliseconds from the call to the first words, and to the end. */
type Way = () => Promise<{ first: number; total: number }>;

/** The texts of one answer. */
async function timed(texts: AsyncIterable<string | undefined>, begun: number): ReturnType<Way> {
  let first = 0;
  for await (const text of texts) if (text && first === 0) first = performance.now() - begun;
  if (first === 0) throw new Error('Nothing was said.');
  return { first, total: performance.now() - begun };
}

async function* bareOpenAi(client: OpenAI): AsyncGenerator<string | undefined> {
  const messages = [{ role: 'user' as const, content: QUESTION }];
  const stream = { stream: true as const, stream_options: { include_usage: true } };
  for await (const chunk of await client.chat.completions.create({ model: 'bench', messages, ...stream }))
    yield chunk.choices[0]?.delta.content ?? undefined;
}

async function* bareAnthropic(client: Anthropic): AsyncGenerator<string | undefined> {
  const messages = [{ role: 'user' as const, content: QUESTION }];
  const asked = { model: 'bench', max_tokens: 1_000, messages, stream: true as const };
  for await (const event of await client.messages.create(asked))
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') yield event.delta.text;
}

async function* bareGemini(client: GoogleGenAI): AsyncGenerator<string | undefined> {
  for await (const part of await client.models.generateContentStream({ model: 'bench', contents: QUESTION }))
    yield part.text;
}

function bareSdk(of: Vendor, url: string): Way {
  const shared = { apiKey: KEY, maxRetries: 0 };
  const openai = new OpenAI({ ...shared, baseURL: `${url}/v1` });
  const anthropic = new Anthropic({ ...shared, baseURL: url });
  const gemini = new GoogleGenAI({ apiKey: KEY, vertexai: false, httpOptions: { baseUrl: url } });
  const ask = {
    openai: () => bareOpenAi(openai),
    'openai-compatible': () => bareOpenAi(openai),
    anthropic: () => bareAnthropic(anthropic),
    gemini: () => bareGemini(gemini),
  }[of];
  return () => timed(ask(), performance.now());
}

function providerLayer(of: Vendor, url: string, outbound: OutboundClient): Way {
  const account = { apiKey: KEY, baseUrl: baseUrlOf(of, url), isOperators: true };
  const adapter = {
    openai: () => new OpenAiChatModel(account, outbound),
    'openai-compatible': () => new OpenAiChatModel(account, outbound, undefined, { provider: of }),
    anthropic: () => new AnthropicChatModel(account, outbound),
    gemini: () => new GeminiChatModel(account, outbound),
  }[of]();
  const ref = { provider: of, name: 'bench' };
  const route = { ref, credentialId: null, facts: undefined, model: () => adapter };
  const models = { workspaceId: 'bench', routesTo: () => [route], canAnswer: () => true };
  const calls = new ProviderCalls(Operations.unobserved());
  const chatModels = new ChatModels(
    {} as ModelAccess,
    new RetryPolicy(),
    calls,
    new Circuits(),
    {} as CredentialMarks,
  );
  const question: ChatQuestion = {
    ...{ instructions: '', sources: [], supported: false },
    messages: [{ role: 'user', content: QUESTION }],
    signal: new AbortController().signal,
  };
  const texts = async function* (): AsyncGenerator<string | undefined> {
    for await (const event of chatModels.stream(models as unknown as WorkspaceModels, ref, question))
      yield event.type === 'text' ? event.text : undefined;
  };
  return () => timed(texts(), performance.now());
}

function baseUrlOf(of: Vendor, url: string): string {
  return of.startsWith('openai') ? `${url}/v1` : url;
}

async function wholeTurns(of: Vendor, url: string): Promise<{ way: Way; close: () => Promise<void> }> {
  const installation = await Installation.open({
    ...{ OPENAI_API_KEY: KEY, ANTHROPIC_API_KEY: KEY, GEMINI_API_KEY: KEY, LOG_LEVEL: 'warn' },
    ...{ OPENAI_BASE_URL: `${url}/v1`, ANTHROPIC_BASE_URL: url, GEMINI_BASE_URL: url },
    OUTBOUND_ALLOW: new URL(url).host,
  });
  const api = await installation.startApi();
  const team = await signUp(api.url);
  if (of === 'openai-compatible')
    await team.call('POST', '/v1/provider-credentials', {
      ...{ provider: of, label: 'Bench', baseUrl: baseUrlOf(of, url) },
    });
  const bot = await team.call<{ id: string }>('POST', '/v1/bots', {
    ...{ name: 'Bench', model: { provider: of, name: 'bench' } },
  });
  const way: Way = async () => {
    const { id } = await team.call<{ id: string }>('POST', `/v1/bots/${bot.id}/conversations`, {});
    const begun = performance.now();
    const { body } = await fetch(`${api.url}/v1/conversations/${id}/messages`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${team.token}`, accept: 'text/event-stream' },
        'content-type': 'application/json',
      },
      body: JSON.stringify({ content: QUESTION }),
    });
    return timed(deltasOf(body), begun);
  };
  return { way, close: () => installation.close() };
}

async function* deltasOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder();
  for await (const part of body ?? []) {
    const text = decoder.decode(part, { stream: true });
    yield text.includes('event: message.delta') ? text : undefined;
  }
}

const mock = await Child.start('dist/bench/support/mock-provider.js', [], /port (\d+)/);
const mockUrl = `http://127.0.0.1:${mock.match[1] ?? ''}`;
const outbound = new OutboundClient({ allow: [] });
const turns = await wholeTurns(vendor, mockUrl);
const ways: Record<string, Way> = {
  'bare SDK': bareSdk(vendor, mockUrl),
  'provider layer': providerLayer(vendor, mockUrl, outbound),
  'whole turn': turns.way,
};
const firsts = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
const totals = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
for (let turn = 0; turn < WARM_UP + TURNS; turn += 1)
  for (const [name, way] of Object.entries(ways)) {
    const { first, total } = await way();
    if (turn < WARM_UP) continue;
    firsts.get(name)?.push(first);
    totals.get(name)?.push(total);
  }

const cell = (value: number): string => value.toFixed(2).padStart(9);
const p50 = (taken: ReadonlyMap<string, number[]>, name: string): number =>
  percentilesOf(taken.get(name) ?? []).p50;
console.log(`${vendor}, ${TURNS} answers each way, one at a time; p50 in ms (target: 3 more than the SDK)\n`);
console.log('                  first     more      all     more');
for (const name of Object.keys(ways)) {
  const [first, total] = [p50(firsts, name), p50(totals, name)];
  const [moreFirst, moreTotal] = [first - p50(firsts, 'bare SDK'), total - p50(totals, 'bare SDK')];
  console.log(`${name.padEnd(14)}${cell(first)}${cell(moreFirst)}${cell(total)}${cell(moreTotal)}`);
}
await turns.close();
await outbound.close();
await mock.child.stop();
