import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import { EventStream, type ServerEvent } from './event-stream.js';
import { Stopping } from './http.errors.js';

const STOPPING: ServerEvent = {
  event: 'error',
  data: { code: Stopping.code, message: new Stopping().message, retryable: true },
};

/** Knows the event streams that the process has open. */
@Injectable()
export class OpenStreams implements NestInterceptor {
  readonly #streams = new Set<EventStream>();
  #isStopping = false;

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      tap((answer: unknown) => {
        if (answer instanceof EventStream) this.#add(answer);
      }),
    );
  }

  get count(): number {
    return this.#streams.size;
  }

  /** Ends them all, and any that comes, with an event that says to come back. */
  stopAll(): void {
    this.#isStopping = true;
    this.#streams.forEach((stream) => {
      stream.stop(STOPPING);
    });
  }

  #add(stream: EventStream): void {
    this.#streams.add(stream);
    stream.onClosed(() => this.#streams.delete(stream));
    if (this.#isStopping) stream.stop(STOPPING);
  }
}
