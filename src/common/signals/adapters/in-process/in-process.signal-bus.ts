import { EventEmitter } from 'node:events';
import { type Signal, SignalBus } from '../../ports/signal-bus.port.js';

/** Where one process is all there is. */
export class InProcessSignalBus extends SignalBus {
  readonly #emitter = new EventEmitter();

  send({ name, id }: Signal): void {
    // Nobody who sends is to wait for those who listen, nor to fail with them: as over a network.
    setImmediate(() => this.#emitter.emit(name, id));
  }

  on(name: Signal['name'], listener: (id: Signal['id']) => void): void {
    this.#emitter.on(name, listener);
  }
}
