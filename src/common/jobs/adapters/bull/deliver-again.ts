/** Tells Bull, which knows only failures, that a job wants to be delivered again. */
export class DeliverAgain extends Error {
  constructor(readonly delayMs: number) {
    super(`again in ${String(delayMs)} ms`);
    this.name = 'DeliverAgain';
  }
}
