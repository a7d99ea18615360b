import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { v7 } from 'uuid';
import { failureAnswerOf } from './failure-answer.js';
import { TITLE_OF_STATUS } from './status-codes.js';

/** A socket, and the answer on it that is under way. */
type HttpSocket = Socket & { readonly _httpMessage?: { readonly headersSent: boolean } | null };

/** What the parser could not read, and why. */
type ParserError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

/** Method and path of what is worth telling apart stand in these. */
const LOOKED_AT_BYTES = 256;

const MALFORMED: Refusal = {
  status: 400,
  code: 'malformed_request',
  detail: 'The request could not be read: it is not HTTP as it should be.',
};
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'headers_too_large',
    detail: 'The request line and the headers are too large.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'request_timeout',
    detail: 'The request did not arrive in time.',
  },
};

/** Answers bytes that are no request as every other failure is answered, and ends the connection. */
export function answerUnreadable(error: ParserError, socket: HttpSocket): void {
  const isAnswering = socket._httpMessage?.headersSent ?? false;
  if (!socket.writable || isAnswering || error.code === 'ECONNRESET') socket.destroy();
  else socket.end(answerOf(REFUSALS[error.code ?? ''] ?? MALFORMED, beginningOf(error)));
}

/** As far as it looks like a request. */
interface Beginning {
  readonly method: string;
  readonly path: string;
}

function beginningOf({ rawPacket }: ParserError): Beginning {
  const first = rawPacket?.subarray(0, LOOKED_AT_BYTES).toString('latin1') ?? '';
  const [, method = '', path = ''] = /^([A-Z]+) ([^\s?]*)/.exec(first) ?? [];
  return { method, path };
}

function answerOf({ status, code, detail }: Refusal, { method, path }: Beginning): string {
  const requestId = v7();
  const title = TITLE_OF_STATUS[status] ?? 'Error';
  const answer = failureAnswerOf(path, { type: 'about:blank', title, status, detail, code, requestId });
  const body = JSON.stringify(answer.body);
  return [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
    `Content-Type: ${answer.mediaType}; charset=utf-8`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
    '',
    method === 'HEAD' ? '' : body,
  ].join('\r\n');
}
