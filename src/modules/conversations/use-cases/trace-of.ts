import type { AnswerTrace } from '../conversations.types.js';
import type { AnswerDraft } from './answer-draft.js';

/** No more is kept with an answer: about 6 kB together. */
const MOST_FOUND = 24;
const MOST_CALLS = 16;
const MOST_NAME_CHARS = 100;

type Traced = Pick<AnswerDraft, 'sources' | 'supported' | 'prompt' | 'retrievedMs' | 'calls'>;

/** What an answer was made from, as it is kept: the best of what was found, and the last calls. */
export function traceOf({ sources, supported, prompt, retrievedMs, calls }: Traced): AnswerTrace {
  return {
    ...{ supported, prompt, retrievedMs },
    found: sources
      .slice(0, MOST_FOUND)
      .map(({ chunkId, documentId, datasourceId, score }) => [
        chunkId,
        documentId,
        datasourceId,
        rounded(score),
      ]),
    calls: calls
      .slice(-MOST_CALLS)
      .map(({ provider, name, outcome, code, latencyMs, firstTokenMs, costUsd }) => ({
        ...{
          provider,
          name: name.slice(0, MOST_NAME_CHARS),
          outcome,
          code,
          latencyMs,
          firstTokenMs,
          costUsd,
        },
      })),
  };
}

function rounded(score: number): number {
  return Math.round(score * 10_000) / 10_000;
}
