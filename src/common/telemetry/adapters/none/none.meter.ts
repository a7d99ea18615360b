import { type Exposition, Meter } from '../../ports/meter.port.js';

/** Keeps nothing. */
export class NoMeter extends Meter {
  readonly isOn = false;

  observe(): void {
    // Nobody asks for it.
  }

  count(): void {
    // Nobody asks for it.
  }

  register(): void {
    // Nobody asks for it.
  }

  expose(): Promise<Exposition> {
    return Promise.resolve({ contentType: 'text/plain', text: '' });
  }
}
