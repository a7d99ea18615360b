import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { newId } from '#common/database';

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

/** Puts the request id on every response. */
export function answerRequestId(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('X-Request-Id', requestIdOf(request));
  next();
}
