import type { Script } from './scripted-server.js';

/** A piece of an answer of the Gemini API. */
export type Piece = Readonly<Record<string, unknown>>;

/** Pieces as they are on the wire; texts stand as they are. */
export function wireOf(pieces: readonly (Piece | string)[]): string {
  return pieces
    .map((piece) => (typeof piece === 'string' ? piece : `data: ${JSON.stringify(piece)}\r\n\r\n`))
    .join('');
}

/** Parts of an answer, in one piece. */
export function partsPiece(...parts: readonly object[]): Piece {
  return { candidates: [{ content: { role: 'model', parts }, index: 0 }], modelVersion: 'gemini-3.8-flash' };
}

export function textPiece(text: string): Piece {
  return partsPiece({ text });
}

export function thoughtPiece(text: string): Piece {
  return partsPiece({ text, thought: true });
}

/** A tool call as a part. */
export function callPart(name: string, args: unknown, more: object = {}): object {
  return { functionCall: { name, args }, ...more };
}

export function usageOf(more: object = {}): Piece {
  return { promptTokenCount: 30, candidatesTokenCount: 4, totalTokenCount: 34, ...more };
}

export function finishPiece(finishReason = 'STOP', usageMetadata: Piece = usageOf()): Piece {
  const content = { role: 'model', parts: [{ text: '' }] };
  return { candidates: [{ content, finishReason, index: 0 }], usageMetadata };
}

/** A question that is not answered. */
export function blockedPiece(blockReason: string): Piece {
  return { promptFeedback: { blockReason }, usageMetadata: { promptTokenCount: 30 } };
}

/** Google's error format. */
export function errorBody(code: number, status: string, message: string, details?: readonly object[]): Piece {
  return { error: { code, message, status, ...(details ? { details } : {}) } };
}

export function errorInfo(reason: string): object {
  const domain = 'googleapis.com';
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain };
}

export function retryInfo(retryDelay: string): object {
  return { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay };
}

export function badField(field: string): object {
  return { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field }] };
}

/** A whole stream of these pieces. */
export function sends(...pieces: readonly (Piece | string)[]): Script {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(wireOf(pieces));
  };
}

/** A stream that stays open after these pieces. */
export function sendsAndHangs(...pieces: readonly (Piece | string)[]): Script {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    response.write(wireOf(pieces));
  };
}

/** A stream whose connection breaks after these pieces. */
export function sendsAndBreaks(...pieces: readonly (Piece | string)[]): Script {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(wireOf(pieces), () => setTimeout(() => response.destroy(), 20));
  };
}

/** An answer that is an error. */
export function errs(status: number, body: Piece, headers: Record<string, string> = {}): Script {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers });
    response.end(JSON.stringify(body));
  };
}
