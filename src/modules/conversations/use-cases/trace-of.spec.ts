import { describe, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import type { ModelCall } from '#modules/providers';
import { AnswerDraft, type CitableSource } from './answer-draft.js';
import { traceOf } from './trace-of.js';

const sourceOf = (score: number): CitableSource => ({
  ...{ chunkId: newId(), documentId: newId(), datasourceId: newId(), score },
  ...{ title: 'A title', text: 'Secret words' },
});
const callOf = (name: string): ModelCall => ({
  ...{ provider: 'openai-compatible', name, kind: 'chat', credentialId: newId(), attempt: 1 },
  ...{ startedAt: new Date(), latencyMs: 123_456, firstTokenMs: 12_345, outcome: 'failed' },
  ...{ code: 'provider_unavailable', usage: null, price: null, costUsd: 0.000_000_01 },
});

describe('the trace of an answer', () => {
  it('has what was found and whom was asked, and no text', () => {
    const draft = new AnswerDraft();
    const source = sourceOf(0.123_456);
    draft.sources.push(source);
    draft.calls.push(callOf('gpt'));
    draft.prompt = { messages: 3, chars: 900 };

    const trace = traceOf(draft);

    expect(trace).toMatchObject({
      found: [[source.chunkId, source.documentId, source.datasourceId, 0.1235]],
      ...{ supported: false, prompt: { messages: 3, chars: 900 }, retrievedMs: null },
      calls: [
        { provider: 'openai-compatible', name: 'gpt', outcome: 'failed', code: 'provider_unavailable' },
      ],
    });
    expect(JSON.stringify(trace)).not.toMatch(/words|title/);
  });

  it('stays below 8 kB, however much was found and however long a model was tried', () => {
    const draft = new AnswerDraft();
    for (let count = 0; count < 500; count += 1) {
      draft.sources.push(sourceOf(0.987_654_321));
      draft.calls.push(callOf('x'.repeat(2_000)));
    }

    expect(Buffer.byteLength(JSON.stringify(traceOf(draft)))).toBeLessThan(8_192);
  });
});
