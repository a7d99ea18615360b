import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

/** Tells the dispatcher of the same process that something was published. */
@Injectable()
export class OutboxBell {
  readonly #emitter = new EventEmitter();

  ring(): void {
    this.#emitter.emit('ring');
  }

  onRing(listener: () => void): void {
    this.#emitter.on('ring', listener);
  }
}
