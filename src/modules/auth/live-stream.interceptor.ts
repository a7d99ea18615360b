import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import type { Actor, RequestWithActor } from '#common/access';
import { Unauthenticated } from '#common/errors';
import { EventStream, type ServerEvent } from '#common/http';
import { LiveActors } from './live-actors.js';

const SIGNED_OUT: ServerEvent = {
  event: 'error',
  data: { code: Unauthenticated.code, message: new Unauthenticated().message, retryable: false },
};

/** Ends an open stream when its reader's session, key or membership has ended. */
@Injectable()
export class LiveStreamInterceptor implements NestInterceptor {
  constructor(private readonly actors: LiveActors) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { actor } = context.switchToHttp().getRequest<RequestWithActor>();
    return next.handle().pipe(
      map((answer: unknown) => {
        if (answer instanceof EventStream && actor) this.#watch(answer, actor);
        return answer;
      }),
    );
  }

  #watch(stream: EventStream, actor: Actor): void {
    const leave = this.actors.watch(actor, () => {
      stream.stop(SIGNED_OUT);
    });
    stream.onClosed(leave);
  }
}
