import { describe, expect, it } from '@jest/globals';
import { Operations } from '#common/telemetry';
import { buildChatRequest } from '../../../test/factories/chat-request.factory.js';
import { type FakeAnswer, FakeChatModel } from '../../../test/fakes/fake.chat-model.js';
import { collect } from '../../../test/support/collect.js';
import type { ChatAdapters } from './chat-adapters.js';
import { ChatModels } from './chat-models.service.js';
import type { ChatStream } from './chat-stream.js';
import { Circuits } from './circuits.js';
import type { CredentialMarks } from './credentials/credential-marks.js';
import type { StoredCredential } from './credentials/credentials.types.js';
import { ModelAccess } from './model-access.js';
import type { ChatEvent, ChatModel } from './ports/chat-model.port.js';
import { ProviderCalls } from './provider-calls.js';
import {
  AnswerTooLong,
  ContentFiltered,
  ContextTooLong,
  ProviderAuthFailed,
  ProviderNotConfigured,
  ProviderOverloaded,
  ProviderProtocolBroken,
  ProviderRequestRefused,
  ProviderTimedOut,
  RepeatedFallback,
  UnknownModel,
} from './providers.errors.js';
import type { ModelRef } from './providers.types.js';
import { RetryPolicy } from './retry-policy.js';
import type { WorkspaceModelsRepository } from './workspace-models.repository.js';

const CHOSEN = { provider: 'openai', name: 'gpt-4o-mini' };
const LOCAL = { provider: 'local', name: 'extractive' };
const UNCONFIGURED = { provider: 'anthropic', name: 'claude' };
const WORKSPACE = 'a-workspace';

/** Credentials of the workspace, and how the model of each answers. */
interface Account {
  readonly id: string;
  readonly answers: readonly FakeAnswer[];
}

function setUp({
  answers = [],
  accounts = [],
}: { answers?: readonly FakeAnswer[]; accounts?: readonly Account[] } = {}) {
  const openai = new FakeChatModel('openai', ...answers);
  const local = new FakeChatModel('local', { texts: ['From the local model.'] });
  const owned = new Map(accounts.map(({ id, answers: its }) => [id, new FakeChatModel('openai', ...its)]));
  const credentials = accounts.map(({ id }): StoredCredential => ({
    ...{ id, provider: 'openai', sealed: '', baseUrl: null, state: 'active', version: '1' },
  }));
  const refused: (string | null)[] = [];
  const access = new ModelAccess(
    new Map<string, ChatModel>([
      ['local', local],
      ...(accounts.length > 0 ? [] : [['openai', openai] as const]),
    ]),
    { withCredential: ({ id }: StoredCredential) => owned.get(id) } as unknown as ChatAdapters,
    {
      of: () => Promise.resolve({ credentials, overrides: [], budgets: [] }),
    } as unknown as WorkspaceModelsRepository,
  );
  const chatModels = new ChatModels(
    access,
    new RetryPolicy({ firstPauseMs: 1 }),
    new ProviderCalls(Operations.unobserved()),
    new Circuits(),
    { refuse: (_: string, id: string | null) => refused.push(id) } as unknown as CredentialMarks,
  );
  const ask = async ({
    fallbacks = [],
    signal,
  }: { fallbacks?: readonly ModelRef[]; signal?: AbortSignal } = {}): Promise<ChatStream> =>
    chatModels.stream(
      await chatModels.accessOf(WORKSPACE),
      CHOSEN,
      buildChatRequest(signal ? { signal } : {}),
      { fallbacks },
    );
  return { chatModels, openai, local, owned, refused, ask };
}

function textOf(events: readonly ChatEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('');
}

describe('ChatModels', () => {
  it('answers with the local model unless another one is chosen', () => {
    expect(setUp().chatModels.defaultModel()).toEqual(LOCAL);
  });

  it('takes a listed model, and names that only the provider knows', async () => {
    const { chatModels } = setUp();

    await chatModels.assertUsable(WORKSPACE, [LOCAL]);
    await chatModels.assertUsable(WORKSPACE, [{ provider: 'openai', name: 'my-tuned-model' }]);
  });

  it.each([
    { provider: 'nobody', name: 'extractive' },
    { provider: 'local', name: 'gpt-4o-mini' },
    { provider: '__proto__', name: 'toString' },
  ])('knows no model $provider/$name, and says which there are', async (ref) => {
    const usable = setUp().chatModels.assertUsable(WORKSPACE, [ref]);

    await expect(usable).rejects.toThrow(UnknownModel);
    await expect(usable).rejects.toThrow(/There are: .*(openai|extractive)/);
  });

  it('refuses a provider that is not configured', async () => {
    await expect(setUp().chatModels.assertUsable(WORKSPACE, [UNCONFIGURED])).rejects.toThrow(
      ProviderNotConfigured,
    );
  });

  it('refuses models that stand in for themselves', async () => {
    await expect(setUp().chatModels.assertUsable(WORKSPACE, [CHOSEN, LOCAL, CHOSEN])).rejects.toThrow(
      RepeatedFallback,
    );
  });

  it('passes the question on with the name of the model, and writes the call down', async () => {
    const { openai, ask } = setUp({
      answers: [{ texts: ['Nine', ' [1].'], usage: { inputTokens: 1_000_000, outputTokens: 100_000 } }],
    });

    const stream = await ask();
    const events = await collect(stream);

    expect(events.map(({ type }) => type)).toEqual(['text', 'text', 'usage', 'finish']);
    expect(openai.requests[0]?.model).toBe('gpt-4o-mini');
    expect(stream.model).toEqual(CHOSEN);
    expect(stream.failedAttempts).toEqual([]);
    expect(stream.calls).toMatchObject([
      { ...CHOSEN, attempt: 1, outcome: 'answered', code: null, credentialId: null, costUsd: 0.21 },
    ]);
  });

  it('tries the same model again before the first text', async () => {
    const { ask } = setUp({
      answers: [{ texts: [], failure: new ProviderOverloaded() }, { texts: ['Nine.'] }],
    });

    const stream = await ask({ fallbacks: [LOCAL] });

    expect(textOf(await collect(stream))).toBe('Nine.');
    expect(stream.model).toEqual(CHOSEN);
    expect(stream.failedAttempts).toEqual([{ ...CHOSEN, code: 'provider_overloaded' }]);
    expect(stream.calls.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [1, 'failed'],
      [2, 'answered'],
    ]);
  });

  it('turns to the fallbacks in order, and tells what was tried', async () => {
    const { ask } = setUp({ answers: [{ texts: [], failure: new ProviderAuthFailed() }] });

    const stream = await ask({ fallbacks: [UNCONFIGURED, { provider: 'gone', name: 'x' }, LOCAL] });

    expect(textOf(await collect(stream))).toBe('From the local model.');
    expect(stream.model).toEqual(LOCAL);
    expect(stream.failedAttempts).toEqual([
      { ...CHOSEN, code: 'provider_auth' },
      { ...UNCONFIGURED, code: 'provider_not_configured' },
      { provider: 'gone', name: 'x', code: 'providers.unknown_model' },
    ]);
  });

  it('turns to another credential of the same provider, and marks the one that was refused', async () => {
    const { ask, refused } = setUp({
      accounts: [
        { id: 'first', answers: [{ texts: [], failure: new ProviderAuthFailed() }] },
        { id: 'second', answers: [{ texts: ['Nine.'] }] },
      ],
    });

    const stream = await ask();

    expect(textOf(await collect(stream))).toBe('Nine.');
    expect(stream.calls.map(({ credentialId, outcome }) => [credentialId, outcome])).toEqual([
      ['first', 'failed'],
      ['second', 'answered'],
    ]);
    expect(refused).toEqual(['first']);
  });

  it('asks no further model with a credential that was refused', async () => {
    const { ask, owned } = setUp({
      accounts: [{ id: 'only', answers: [{ texts: [], failure: new ProviderAuthFailed() }] }],
    });

    const stream = await ask({ fallbacks: [{ provider: 'openai', name: 'gpt-4.1' }, LOCAL] });

    expect(textOf(await collect(stream))).toBe('From the local model.');
    expect(owned.get('only')?.requests).toHaveLength(1);
  });

  it.each([new ContentFiltered(), new ProviderRequestRefused(), new ContextTooLong()])(
    'asks nobody else after $code',
    async (failure) => {
      const { ask, local } = setUp({ answers: [{ texts: [], failure }] });

      await expect(collect(await ask({ fallbacks: [LOCAL] }))).rejects.toBe(failure);
      expect(local.requests).toEqual([]);
    },
  );

  it('throws the failure of the chosen model when all fail', async () => {
    const failure = new ProviderAuthFailed();
    const { ask } = setUp({ answers: [{ texts: [], failure }] });

    const stream = await ask({ fallbacks: [UNCONFIGURED] });

    await expect(collect(stream)).rejects.toBe(failure);
    expect(stream.failedAttempts.map(({ code }) => code)).toEqual([
      'provider_auth',
      'provider_not_configured',
    ]);
  });

  it('changes nothing after the first text', async () => {
    const failure = new ProviderProtocolBroken();
    const { ask, openai, local } = setUp({ answers: [{ texts: ['Ni'], failure }] });
    const texts: string[] = [];

    const stream = await ask({ fallbacks: [LOCAL] });
    const reading = async (): Promise<void> => {
      for await (const event of stream) if (event.type === 'text') texts.push(event.text);
    };

    await expect(reading()).rejects.toBe(failure);
    expect(texts).toEqual(['Ni']);
    expect([openai.requests.length, local.requests.length]).toEqual([1, 0]);
    expect(stream.calls).toMatchObject([{ outcome: 'failed', code: 'provider_protocol' }]);
  });

  it('does not ask a provider that keeps failing, until it has had time', async () => {
    const { ask, openai } = setUp({ answers: [{ texts: [], failure: new ProviderTimedOut() }] });

    for (let turn = 0; turn < 6; turn += 1) await collect(await ask({ fallbacks: [LOCAL] }));
    const asked = openai.requests.length;
    const stream = await ask({ fallbacks: [LOCAL] });

    expect(textOf(await collect(stream))).toBe('From the local model.');
    expect(openai.requests).toHaveLength(asked);
    expect(stream.failedAttempts).toEqual([{ ...CHOSEN, code: 'provider_unavailable' }]);
  });

  it('hides no mistake of ours behind a fallback', async () => {
    const { ask, local } = setUp({ answers: [{ texts: [], failure: new TypeError('a mistake') }] });

    await expect(collect(await ask({ fallbacks: [LOCAL] }))).rejects.toThrow(TypeError);
    expect(local.requests).toEqual([]);
  });

  it('asks nobody else after an abort', async () => {
    const { ask, local } = setUp({ answers: [{ texts: ['Nine.'], delayMs: 5_000 }] });
    const reason = new Error('gone');
    const caller = new AbortController();

    const stream = await ask({ signal: caller.signal, fallbacks: [LOCAL] });
    setTimeout(() => caller.abort(reason), 10);

    await expect(collect(stream)).rejects.toBe(reason);
    expect([stream.failedAttempts, local.requests]).toEqual([[], []]);
    expect(stream.calls).toMatchObject([{ outcome: 'aborted', code: null, costUsd: null }]);
  });

  it('ends the call when its reader leaves', async () => {
    const { ask, openai } = setUp({ answers: [{ texts: ['Nine', ' [1].'] }] });

    const stream = await ask();
    for await (const event of stream) {
      expect(event.type).toBe('text');
      break;
    }

    expect(openai.abandoned).toBe(1);
    expect(stream.calls).toMatchObject([{ outcome: 'aborted' }]);
  });

  it('gives up a model that does not come to an end', async () => {
    const { ask, openai } = setUp({
      answers: [{ texts: Array.from({ length: 7 }, () => 'x'.repeat(100_000)) }],
    });

    await expect(collect(await ask())).rejects.toThrow(AnswerTooLong);
    expect(openai.abandoned).toBe(1);
  });
});
