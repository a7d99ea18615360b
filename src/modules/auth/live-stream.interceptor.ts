import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import type { Actor, RequestWithActor } from '#common/access';
import { Tenancy } from '#common/database';
import { Unauthenticated } from '#common/errors';
import { EventStream, type ServerEvent } from '#common/http';
import { ApiKeysService } from './api-keys.service.js';
import { SessionsService } from './sessions.service.js';

const CHECK_EVERY_MS = 2_000;

const SIGNED_OUT: ServerEvent = {
  event: 'error',
  data: { code: Unauthenticated.code, message: new Unauthenticated().message, retryable: false },
};

/** Ends an open stream when its reader's session, key or membership has ended. */
@Injectable()
export class LiveStreamInterceptor implements NestInterceptor {
  constructor(
    private readonly sessions: SessionsService,
    private readonly apiKeys: ApiKeysService,
    private readonly tenancy: Tenancy,
  ) {}

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
    const readable = stream.getStream();
    const timer = setInterval(() => {
      this.tenancy
        .runUnbound(() => this.#isLive(actor))
        .then((isLive) => {
          if (!isLive) stream.stop(SIGNED_OUT);
        })
        // The database being away for a moment says nothing about the reader.
        .catch(() => undefined);
    }, CHECK_EVERY_MS).unref();
    readable.once('close', () => {
      clearInterval(timer);
    });
  }

  async #isLive(actor: Actor): Promise<boolean> {
    return actor.sessionId
      ? (await this.sessions.findActor({ sub: actor.userId, sid: actor.sessionId })) !== null
      : this.apiKeys.isLive(actor.id);
  }
}
