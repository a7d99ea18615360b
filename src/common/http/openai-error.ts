import type { Problem } from './problem.js';

/** What is below it speaks OpenAI's protocol, to clients that know no other. */
const OPENAI_PATH = /^\/openai(?:\/|$)/i;

/** Words that clients of OpenAI look for, by our codes for the same thing. */
const CODES: Readonly<Record<string, string>> = {
  unauthenticated: 'invalid_api_key',
  too_many_requests: 'rate_limit_exceeded',
  budget_exhausted: 'insufficient_quota',
  context_too_long: 'context_length_exceeded',
  content_filtered: 'content_filter',
};

export const OPENAI_ERROR_TYPES = [
  'invalid_request_error',
  'insufficient_quota',
  'rate_limit_exceeded',
  'server_error',
] as const;
type OpenAiErrorType = (typeof OPENAI_ERROR_TYPES)[number];

/** Where no status tells, in the middle of a stream: what is not the fault of the server, by our codes. */
const TYPES: Readonly<Record<string, OpenAiErrorType>> = {
  unauthenticated: 'invalid_request_error',
  budget_exhausted: 'insufficient_quota',
  context_too_long: 'invalid_request_error',
  content_filtered: 'invalid_request_error',
};

const SHOWN_FIELDS = 3;

/** A failure as clients of OpenAI read it. */
export interface OpenAiError {
  readonly error: {
    readonly message: string;
    readonly type: OpenAiErrorType;
    readonly code: string;
    /** The field that is wrong. */
    readonly param: string | null;
  };
}

export function speaksOpenAi(path: string): boolean {
  return OPENAI_PATH.test(path);
}

/** OpenAI's clients know no 422. */
export function openAiStatusOf(status: number): number {
  return status === 422 ? 400 : status;
}

export function openAiCodeOf(code: string): string {
  return CODES[code] ?? code;
}

/** The same failure in OpenAI's words. Wrong fields are named in the message, which is all that most clients show. */
export function openAiErrorOf(problem: Pick<Problem, 'status' | 'code' | 'detail' | 'errors'>): OpenAiError {
  const { status, code, detail, errors = [] } = problem;
  const fields = errors.slice(0, SHOWN_FIELDS).map(({ path, message }) => `${path} ${message}`);
  return {
    error: {
      message: fields.length > 0 ? `${fields.join('; ')}.` : detail,
      type: typeOf(status),
      code: openAiCodeOf(code),
      param: errors[0]?.path ?? null,
    },
  };
}

/** A failure in the middle of a stream in OpenAI's words. */
export function openAiStreamErrorOf({ code, message }: { code: string; message: string }): OpenAiError {
  return { error: { message, type: TYPES[code] ?? 'server_error', code: openAiCodeOf(code), param: null } };
}

function typeOf(status: number): OpenAiErrorType {
  if (status === 402) return 'insufficient_quota';
  if (status === 429) return 'rate_limit_exceeded';
  return status >= 500 || status === 424 ? 'server_error' : 'invalid_request_error';
}
