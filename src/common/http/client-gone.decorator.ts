import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';

/** Made once: a reason with its stack costs more than the rest of ending a request. */
const WENT_AWAY = new DOMException('The client went away.', 'AbortError');

/** A signal that aborts when nobody waits for the answer any more: it was sent, or the client has gone. */
export const ClientGone = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const response = context.switchToHttp().getResponse<Response>();
  const controller = new AbortController();
  response.once('close', () => {
    controller.abort(WENT_AWAY);
  });
  return controller.signal;
});
