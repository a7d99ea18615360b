import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

/** Tells within one process that a job's row has changed, so that nobody there has to wait for the next look. */
@Injectable()
export class JobChanges {
  readonly #emitter = new EventEmitter<{ change: [id: string]; cancel: [id: string] }>();

  changed(id: string): void {
    this.#emitter.emit('change', id);
  }

  onChanged(listener: (id: string) => void): void {
    this.#emitter.on('change', listener);
  }

  cancelRequested(id: string): void {
    this.#emitter.emit('cancel', id);
  }

  onCancelRequested(listener: (id: string) => void): void {
    this.#emitter.on('cancel', listener);
  }
}
