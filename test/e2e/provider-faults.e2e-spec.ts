import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OutboundClient } from '#common/http';
import { OpenAiChatModel } from '../../src/modules/providers/adapters/openai/openai.chat-model.js';
import type { ChatPatience } from '../../src/modules/providers/call-clock.js';
import {
  answers,
  breaksAfter,
  finishChunk,
  hangsAfter,
  refuses,
  type Script,
  ScriptedServer,
  streams,
  textChunk,
} from '../integration/providers/scripted-server.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { createBot, openConversation } from '../support/journey.js';

/** What a provider does, and what becomes of the answer. */
interface Fault {
  readonly name: string;
  readonly script: Script;
  readonly code: string;
  readonly retryable: boolean;
  /** How often the provider is asked; once unless the same call may succeed a little later. */
  readonly tries?: number;
  /** What the answer without a stream says. */
  readonly status?: number;
  readonly retryAfter?: string;
  /** What was said before, and is kept. */
  readonly said?: string;
}

interface Message {
  readonly id: string;
  readonly role: string;
  readonly content: string;
  readonly status: string;
  readonly error?: { readonly code: string; readonly message: string };
}

// Longer than a busy machine lets what is said at once wait.
const PATIENCE: ChatPatience = { firstTextMs: 1_000, betweenMs: 1_000, trailerMs: 1_000, totalMs: 8_000 };
const QUESTION = 'When does the museum open?';
const KEY = 'sk-secret-of-the-operator';

const FAULTS: readonly Fault[] = [
  {
    name: 'refuses the key (401)',
    script: refuses(401, { message: `Incorrect API key provided: ${KEY}`, code: 'invalid_api_key' }),
    ...{ code: 'provider_auth', retryable: false, status: 424 },
  },
  {
    name: 'has no credit left (429)',
    script: refuses(429, { message: 'You exceeded your quota', code: 'insufficient_quota' }),
    ...{ code: 'provider_auth', retryable: false, status: 424 },
  },
  {
    name: 'limits how often it is asked (429)',
    script: refuses(429, { message: 'Slow down', code: 'rate_limit_exceeded' }, { 'retry-after': '60' }),
    ...{ code: 'provider_rate_limited', retryable: true, retryAfter: '60' },
  },
  {
    name: 'has a failure of its own (500)',
    script: refuses(500, { message: `The server had an error while it served ${KEY}` }),
    ...{ code: 'provider_overloaded', retryable: true, tries: 3 },
  },
  {
    name: 'does not know the model (404)',
    script: refuses(404, { message: 'The model does not exist', code: 'model_not_found' }),
    ...{ code: 'provider_bad_request', retryable: false, status: 424 },
  },
  {
    name: 'cuts the stream in the middle',
    script: breaksAfter(textChunk('It opens ')),
    ...{ code: 'provider_protocol', retryable: true, said: 'It opens ' },
  },
  {
    name: 'cuts the stream before the first word',
    script: breaksAfter(),
    ...{ code: 'provider_protocol', retryable: true, tries: 3 },
  },
  {
    name: 'ends the stream without an end',
    script: streams(textChunk('It opens ')),
    ...{ code: 'provider_protocol', retryable: true, said: 'It opens ' },
  },
  {
    name: 'tells of an error in the stream',
    script: streams(textChunk('It opens '), { error: { message: KEY, type: 'server_error' } }),
    ...{ code: 'provider_overloaded', retryable: true, said: 'It opens ' },
  },
  {
    name: 'says nothing, not even headers',
    script: () => undefined,
    ...{ code: 'provider_timeout', retryable: true, tries: 3 },
  },
  {
    name: 'says nothing after its headers',
    script: hangsAfter(),
    ...{ code: 'provider_timeout', retryable: true, tries: 3 },
  },
  {
    name: 'falls silent in the middle',
    script: hangsAfter(textChunk('It opens ')),
    ...{ code: 'provider_timeout', retryable: true, said: 'It opens ' },
  },
  {
    name: 'sends half a JSON object',
    script: streams('{"choices": ['),
    ...{ code: 'provider_protocol', retryable: true, tries: 3 },
  },
  {
    name: 'sends a web page',
    script: answers(200, '<html>Sign in</html>', 'text/html'),
    ...{ code: 'provider_protocol', retryable: true, tries: 3 },
  },
];

describe('a provider that', () => {
  let provider: ScriptedServer;
  let outbound: OutboundClient;
  let testApp: TestApp;
  let editor: TestMember;
  let conversationId: string;

  beforeAll(async () => {
    provider = await ScriptedServer.start();
    outbound = new OutboundClient({ allow: [] });
    const account = { apiKey: KEY, baseUrl: provider.baseUrl, isOperators: true };
    testApp = await createTestApp({ chatModels: [new OpenAiChatModel(account, outbound, PATIENCE)] });
    editor = await (await testApp.workspace()).as('editor');
  });

  beforeEach(async () => {
    const bot = await createBot(editor, { model: { provider: 'openai', name: 'gpt-4o-mini' } });
    conversationId = await openConversation(editor, bot.id);
  });

  afterAll(async () => {
    await testApp.close();
    await outbound.close();
    await provider.stop();
  });

  const path = (): string => `/v1/conversations/${conversationId}/messages`;
  const saved = async (): Promise<Message[]> => (await editor.get<{ data: Message[] }>(path())).body.data;

  async function expectKept({ code, said = '' }: Fault): Promise<void> {
    const [question, answer, ...more] = await saved();
    expect(more).toEqual([]);
    expect(question).toMatchObject({ role: 'user', content: QUESTION, status: 'complete' });
    expect(answer).toMatchObject({
      ...{ role: 'assistant', status: 'error', content: said, answered: false, citations: [] },
      error: { code, message: expect.stringMatching(/\w+/) },
    });
  }

  /** The next question is answered, and no connection to the provider is left over. */
  async function expectRecovered(): Promise<void> {
    await eventually(
      () => provider.openAnswers,
      (open) => open === 0,
    );
    provider.play(streams(textChunk('At nine.'), finishChunk(), '[DONE]'));
    const { status, body } = await editor.post(path(), { content: 'And now?' });
    expect([status, body['answer']]).toEqual([200, expect.objectContaining({ content: 'At nine.' })]);
    expect(JSON.stringify(await saved())).not.toContain(KEY);
  }

  it.each(FAULTS)('$name is answered with a problem, and what was asked and said is kept', async (fault) => {
    const { script, code, tries = 1, status = 503, retryAfter = '5' } = fault;
    provider.play(script);

    const answer = await editor.post(path(), { content: QUESTION });

    expect(answer.body).toMatchObject({ status, code, requestId: answer.headers.get('x-request-id') });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? retryAfter : null);
    expect(JSON.stringify(answer.body)).not.toContain(KEY);
    expect(provider.requests).toHaveLength(tries);
    await expectKept(fault);
    await expectRecovered();
  });

  it.each(FAULTS)(
    '$name ends the stream with one error, and what was asked and said is kept',
    async (fault) => {
      const { script, code, retryable, said } = fault;
      provider.play(script);

      const events = await editor.stream(path(), { content: QUESTION });

      const names = ['message.started', ...(said ? ['message.delta'] : []), 'error'];
      expect(events.map(({ event }) => event)).toEqual(names);
      expect(events.at(-1)?.data).toEqual({ code, retryable, message: expect.stringMatching(/\w+/) });
      expect(JSON.stringify(events)).not.toContain(KEY);
      await expectKept(fault);
      await expectRecovered();
    },
  );

  it('failed may be asked again with the same Idempotency-Key', async () => {
    const key = { 'idempotency-key': `again-${conversationId}` };
    provider.play(refuses(401, { message: 'No' }), streams(textChunk('At nine.'), finishChunk(), '[DONE]'));

    const first = await editor.post(path(), { content: QUESTION }, key);
    const second = await eventually(
      () => editor.post(path(), { content: QUESTION }, key),
      ({ status }) => status !== 409,
    );

    expect([first.status, second.status]).toEqual([424, 200]);
  });
});
