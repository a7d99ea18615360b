import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { concatMap, from, type Observable } from 'rxjs';
import { PUBLIC, type RequestWithActor } from '#common/access';
import { SecretBox } from '#common/crypto';
import { EventStream, type ServerEvent } from './event-stream.js';
import {
  IdempotencyInProgress,
  IdempotencyKeyInvalid,
  IdempotencyKeyRefused,
  IdempotencyKeyReused,
} from './http.errors.js';
import { TAKES_FORM } from './api.decorators.js';
import { IdempotencyRepository, type StoredCall } from './idempotency.repository.js';

/** Well within the time after which a call counts as dead. */
const RENEW_EVERY_MS = 2_500;

/** A first answer: a JSON body, or the events of a stream. */
interface KeptAnswer {
  readonly body?: unknown;
  readonly events?: readonly ServerEvent[];
}

interface Call {
  readonly scope: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** `Idempotency-Key` on every POST that has an actor: a repeated call gets the first answer, and does nothing. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly calls: IdempotencyRepository,
    private readonly box: SecretBox,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request & RequestWithActor>();
    const call = this.#callOf(request, context);
    if (!call) return next.handle();
    const response = context.switchToHttp().getResponse<Response>();
    if (await this.calls.claim(call.scope, call.key, call.fingerprint))
      return this.#first(call, response, next);
    return from(this.#repeated(call, response));
  }

  #callOf(request: Request & RequestWithActor, context: ExecutionContext): Call | null {
    const isMarked = (mark: string): boolean => this.reflector.get(mark, context.getHandler()) === true;
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || key === undefined || isMarked(PUBLIC) || !request.actor) return null;
    if (isMarked(TAKES_FORM)) throw new IdempotencyKeyRefused();
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) throw new IdempotencyKeyInvalid();
    const { workspaceId, kind, id } = request.actor;
    const asked = JSON.stringify([
      request.path,
      request.headers.accept?.includes('text/event-stream'),
      request.body ?? [request.url, request.headers['content-length']],
    ]);
    return {
      scope: `${workspaceId}/${kind}/${id}`,
      key,
      fingerprint: createHash('sha256').update(asked).digest('hex'),
    };
  }

  #first(call: Call, response: Response, next: CallHandler): Observable<unknown> {
    const renewal = setInterval(() => {
      void this.calls.renew(call.scope, call.key).catch(() => undefined);
    }, RENEW_EVERY_MS).unref();
    response.once('close', () => {
      clearInterval(renewal);
      // Whatever did not end in an answer (an error, a broken stream) may be tried again.
      void this.calls.release(call.scope, call.key).catch(() => undefined);
    });
    return next.handle().pipe(
      concatMap(async (answer: unknown) => {
        if (answer instanceof EventStream) {
          answer.recordWith((events) => this.#keep(call, response.statusCode, { events }));
        } else {
          await this.#keep(call, response.statusCode, { body: answer });
        }
        return answer;
      }),
    );
  }

  async #keep(call: Call, status: number, answer: KeptAnswer): Promise<void> {
    await this.calls.complete(
      call.scope,
      call.key,
      status,
      this.box.seal(JSON.stringify(answer), call.scope),
    );
  }

  async #repeated(call: Call, response: Response): Promise<unknown> {
    const stored: StoredCall | null = await this.calls.find(call.scope, call.key);
    if (stored && stored.fingerprint !== call.fingerprint) throw new IdempotencyKeyReused();
    if (!stored?.answer || stored.status === null) throw new IdempotencyInProgress();
    response.status(stored.status).setHeader('Idempotency-Replayed', 'true');
    const { body, events } = JSON.parse(this.box.open(stored.answer, call.scope)) as KeptAnswer;
    return events ? EventStream.replay(events) : body;
  }
}
