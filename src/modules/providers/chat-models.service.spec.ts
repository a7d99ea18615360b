import { describe, expect, it } from '@jest/globals';
import { Operations } from '#common/telemetry';
import { buildChatRequest } from '../../../test/factories/chat-request.factory.js';
import { type FakeAnswer, FakeChatModel } from '../../../test/fakes/fake.chat-model.js';
import { collect } from '../../../test/support/collect.js';
import { ChatModels } from './chat-models.service.js';
import type { ChatEvent } from './ports/chat-model.port.js';
import { ProviderCalls } from './provider-calls.js';
import {
  AnswerTooLong,
  ContentFiltered,
  ProviderAuthFailed,
  ProviderNotConfigured,
  ProviderOverloaded,
  ProviderProtocolBroken,
  UnknownModel,
} from './providers.errors.js';
import { RetryPolicy } from './retry-policy.js';

const CHOSEN = { provider: 'openai', name: 'gpt-4o-mini' };
const LOCAL = { provider: 'local', name: 'extractive' };
const UNCONFIGURED = { provider: 'anthropic', name: 'claude' };

function setUp(...answers: readonly FakeAnswer[]) {
  const openai = new FakeChatModel('openai', ...answers);
  const local = new FakeChatModel('local', { texts: ['From the local model.'] });
  const providers = [
    { provider: 'local', modelNames: ['extractive'], takesOtherNames: false, model: local },
    { provider: 'openai', modelNames: ['gpt-4o-mini'], takesOtherNames: true, model: openai },
    { provider: 'anthropic', modelNames: ['claude'], takesOtherNames: true, model: null },
  ];
  const chatModels = new ChatModels(
    providers,
    new RetryPolicy({ firstPauseMs: 1 }),
    new ProviderCalls(providers, Operations.unobserved()),
  );
  return { chatModels, openai, local };
}

function textOf(events: readonly ChatEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('');
}

describe('ChatModels', () => {
  it('lists every model and whether it is configured', () => {
    const { chatModels } = setUp();

    expect(chatModels.list()).toEqual([
      { ...LOCAL, configured: true },
      { ...CHOSEN, configured: true },
      { ...UNCONFIGURED, configured: false },
    ]);
  });

  it('answers with the local model unless another one is chosen', () => {
    expect(setUp().chatModels.defaultModel()).toEqual(LOCAL);
  });

  it('takes a listed model, and names that only the provider knows', () => {
    const { chatModels } = setUp();

    expect(() => chatModels.assertUsable(LOCAL)).not.toThrow();
    expect(() => chatModels.assertUsable({ provider: 'openai', name: 'my-tuned-model' })).not.toThrow();
  });

  it.each([
    { provider: 'nobody', name: 'extractive' },
    { provider: 'local', name: 'gpt-4o-mini' },
    { provider: '__proto__', name: 'toString' },
  ])('knows no model $provider/$name', (ref) => {
    expect(() => setUp().chatModels.assertUsable(ref)).toThrow(UnknownModel);
  });

  it('refuses a provider that is not configured', () => {
    expect(() => setUp().chatModels.assertUsable(UNCONFIGURED)).toThrow(ProviderNotConfigured);
  });

  it('passes the question on with the name of the model', async () => {
    const { chatModels, openai } = setUp({
      texts: ['Nine', ' [1].'],
      usage: { inputTokens: 9, outputTokens: 2 },
    });

    const stream = chatModels.stream(CHOSEN, buildChatRequest());
    const events = await collect(stream);

    expect(events.map(({ type }) => type)).toEqual(['text', 'text', 'usage', 'finish']);
    expect(openai.requests[0]?.model).toBe('gpt-4o-mini');
    expect(stream.model).toEqual(CHOSEN);
    expect(stream.failedAttempts).toEqual([]);
  });

  it('tries the same model again before the first text', async () => {
    const { chatModels } = setUp({ texts: [], failure: new ProviderOverloaded() }, { texts: ['Nine.'] });

    const stream = chatModels.stream(CHOSEN, buildChatRequest(), { fallbacks: [LOCAL] });

    expect(textOf(await collect(stream))).toBe('Nine.');
    expect(stream.model).toEqual(CHOSEN);
    expect(stream.failedAttempts).toEqual([{ ...CHOSEN, code: 'provider_overloaded' }]);
  });

  it('turns to the fallbacks in order, and tells what was tried', async () => {
    const { chatModels } = setUp({ texts: [], failure: new ProviderAuthFailed() });
    const fallbacks = [UNCONFIGURED, { provider: 'gone', name: 'x' }, LOCAL];

    const stream = chatModels.stream(CHOSEN, buildChatRequest(), { fallbacks });

    expect(textOf(await collect(stream))).toBe('From the local model.');
    expect(stream.model).toEqual(LOCAL);
    expect(stream.failedAttempts).toEqual([
      { ...CHOSEN, code: 'provider_auth' },
      { ...UNCONFIGURED, code: 'provider_not_configured' },
      { provider: 'gone', name: 'x', code: 'providers.unknown_model' },
    ]);
  });

  it('throws the failure of the chosen model when all fail', async () => {
    const failure = new ProviderAuthFailed();
    const { chatModels } = setUp({ texts: [], failure });

    const stream = chatModels.stream(CHOSEN, buildChatRequest(), { fallbacks: [UNCONFIGURED] });

    await expect(collect(stream)).rejects.toBe(failure);
    expect(stream.failedAttempts.map(({ code }) => code)).toEqual([
      'provider_auth',
      'provider_not_configured',
    ]);
  });

  it('changes nothing after the first text', async () => {
    const failure = new ProviderProtocolBroken();
    const { chatModels, openai, local } = setUp({ texts: ['Ni'], failure });
    const texts: string[] = [];

    const reading = async (): Promise<void> => {
      for await (const event of chatModels.stream(CHOSEN, buildChatRequest(), { fallbacks: [LOCAL] })) {
        if (event.type === 'text') texts.push(event.text);
      }
    };

    await expect(reading()).rejects.toBe(failure);
    expect(texts).toEqual(['Ni']);
    expect([openai.requests.length, local.requests.length]).toEqual([1, 0]);
  });

  it('does not look for a model with laxer rules', async () => {
    const { chatModels, local } = setUp({ texts: [], failure: new ContentFiltered() });

    const stream = chatModels.stream(CHOSEN, buildChatRequest(), { fallbacks: [LOCAL] });

    await expect(collect(stream)).rejects.toThrow(ContentFiltered);
    expect(local.requests).toEqual([]);
  });

  it('hides no mistake of ours behind a fallback', async () => {
    const { chatModels, local } = setUp({ texts: [], failure: new TypeError('a mistake') });

    const stream = chatModels.stream(CHOSEN, buildChatRequest(), { fallbacks: [LOCAL] });

    await expect(collect(stream)).rejects.toThrow(TypeError);
    expect(local.requests).toEqual([]);
  });

  it('asks nobody else after an abort', async () => {
    const { chatModels, local } = setUp({ texts: ['Nine.'], delayMs: 5_000 });
    const reason = new Error('gone');
    const caller = new AbortController();

    const stream = chatModels.stream(CHOSEN, buildChatRequest({ signal: caller.signal }), {
      fallbacks: [LOCAL],
    });
    setTimeout(() => caller.abort(reason), 10);

    await expect(collect(stream)).rejects.toBe(reason);
    expect([stream.failedAttempts, local.requests]).toEqual([[], []]);
  });

  it('ends the call when its reader leaves', async () => {
    const { chatModels, openai } = setUp({ texts: ['Nine', ' [1].'] });

    for await (const event of chatModels.stream(CHOSEN, buildChatRequest())) {
      expect(event.type).toBe('text');
      break;
    }

    expect(openai.abandoned).toBe(1);
  });

  it('gives up a model that does not come to an end', async () => {
    const { chatModels, openai } = setUp({ texts: Array.from({ length: 7 }, () => 'x'.repeat(100_000)) });

    const answer = collect(chatModels.stream(CHOSEN, buildChatRequest()));

    await expect(answer).rejects.toThrow(AnswerTooLong);
    expect(openai.abandoned).toBe(1);
  });
});
