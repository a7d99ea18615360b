import { describe, expect, it } from '@jest/globals';
import { openAiErrorOf, openAiStreamErrorOf, speaksOpenAi } from './openai-error.js';

describe('speaksOpenAi', () => {
  it.each(['/openai/v1/models', '/OpenAI/v1/nothing', '/openai'])('is so at %s', (path) => {
    expect(speaksOpenAi(path)).toBe(true);
  });

  it.each(['/', '/v1/openai/models', '/openaily/v1', '/v1/bots'])('is not so at %s', (path) => {
    expect(speaksOpenAi(path)).toBe(false);
  });
});

describe('openAiErrorOf', () => {
  it.each([
    [401, 'unauthenticated', 'invalid_request_error', 'invalid_api_key'],
    [402, 'budget_exhausted', 'insufficient_quota', 'insufficient_quota'],
    [404, 'model_not_found', 'invalid_request_error', 'model_not_found'],
    [422, 'context_too_long', 'invalid_request_error', 'context_length_exceeded'],
    [424, 'provider_auth', 'server_error', 'provider_auth'],
    [429, 'too_many_requests', 'rate_limit_exceeded', 'rate_limit_exceeded'],
    [503, 'provider_timeout', 'server_error', 'provider_timeout'],
  ])('says of %i %s: %s, %s', (status, ours, type, code) => {
    const { error } = openAiErrorOf({ status, code: ours, detail: 'What happened.' });

    expect(error).toEqual({ message: 'What happened.', type, code, param: null });
  });

  it('names the first wrong fields in its message, and the very first as the parameter', () => {
    const errors = ['a', 'b', 'c', 'd'].map((path) => ({ path, message: 'must not be blank' }));

    const { error } = openAiErrorOf({ status: 422, code: 'invalid_fields', detail: '', errors });

    expect(error).toMatchObject({
      message: 'a must not be blank; b must not be blank; c must not be blank.',
      param: 'a',
    });
  });
});

describe('openAiStreamErrorOf', () => {
  it.each([
    ['provider_overloaded', 'server_error', 'provider_overloaded'],
    ['budget_exhausted', 'insufficient_quota', 'insufficient_quota'],
    ['content_filtered', 'invalid_request_error', 'content_filter'],
  ])('says of %s: %s, %s', (ours, type, code) => {
    const { error } = openAiStreamErrorOf({ code: ours, message: 'What happened.' });

    expect(error).toEqual({ message: 'What happened.', type, code, param: null });
  });
});
