import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';

/** A signal that aborts when nobody waits for the answer any more: it was sent, or the client has gone. */
export const ClientGone = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const response = context.switchToHttp().getResponse<Response>();
  const controller = new AbortController();
  response.once('close', () => {
    controller.abort(new DOMException('The client went away.', 'AbortError'));
  });
  return controller.signal;
});
