import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { newId } from '#common/database';
import { serveCall } from '#common/telemetry';

const HEADER = 'x-request-id';
const ACCEPTED = /^[\w.-]{8,100}$/;

/** The id of a request: the caller's own when it is fit to be logged, else a new one. */
export function requestIdOf(request: IncomingMessage & { requestId?: string }): string {
  if (!request.requestId) {
    const given = request.headers[HEADER];
    request.requestId = typeof given === 'string' && ACCEPTED.test(given) ? given : newId();
  }
  return request.requestId;
}

/** Puts the request id on the response, and on all that is logged and asked for while the request is served. */
export function answerRequestId(request: Request, response: Response, next: NextFunction): void {
  const requestId = requestIdOf(request);
  response.setHeader('X-Request-Id', requestId);
  serveCall({ requestId }, next);
}
