import { EventEmitter, once } from 'node:events';
import { Injectable } from '@nestjs/common';

/** Tells within one process that a job's row has changed, so that nobody there has to wait for the next look. */
@Injectable()
export class JobChanges {
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  readonly #cancellations = new EventEmitter().setMaxListeners(0);

  changed(id: string): void {
    this.#emitter.emit(id);
  }

  cancelRequested(id: string): void {
    this.#cancellations.emit('cancel', id);
  }

  onCancelRequested(listener: (id: string) => void): void {
    this.#cancellations.on('cancel', listener);
  }

  /** Waits for the next change of a job, `timeoutMs` at most, or until the signal aborts. */
  async next(id: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    await once(this.#emitter, id, { signal: limit }).catch(() => undefined);
  }
}
