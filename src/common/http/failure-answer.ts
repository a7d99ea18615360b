import { type OpenAiError, openAiErrorOf, openAiStatusOf, speaksOpenAi } from './openai-error.js';
import type { Problem } from './problem.js';

/** What is sent of a failure. */
interface FailureAnswer {
  readonly status: number;
  readonly mediaType: string;
  readonly body: Problem | OpenAiError;
}

/** Clients of OpenAI get it in the form that they know, whatever failed and wherever. */
export function failureAnswerOf(path: string, problem: Problem): FailureAnswer {
  return speaksOpenAi(path)
    ? {
        status: openAiStatusOf(problem.status),
        mediaType: 'application/json',
        body: openAiErrorOf(problem),
      }
    : { status: problem.status, mediaType: 'application/problem+json', body: problem };
}
