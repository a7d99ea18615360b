import type { ChatEvent } from './ports/chat-model.port.js';
import type { FailedAttempt, ModelCall, ModelRef } from './providers.types.js';

/** An answer under way: its events, which model gives it, which were tried in vain before, and what was called. */
export class ChatStream implements AsyncIterable<ChatEvent> {
  readonly #calls: ModelCall[] = [];
  #model: ModelRef;
  #leftOut = 0;

  constructor(
    model: ModelRef,
    private readonly open: (progress: ChatStreamProgress) => AsyncGenerator<ChatEvent>,
  ) {
    this.#model = model;
  }

  /** The model that answers; before the first text, the one that is being tried. */
  get model(): ModelRef {
    return this.#model;
  }

  /** Tries that failed so far, in order. */
  get failedAttempts(): readonly FailedAttempt[] {
    return this.#calls.flatMap(({ provider, name, code, outcome }) =>
      outcome === 'failed' && code !== null ? [{ provider, name, code }] : [],
    );
  }

  /** Every call that has ended so far, in order, the answering one last. */
  get calls(): readonly ModelCall[] {
    return this.#calls;
  }

  /** How many earlier messages did not fit into the model's window. */
  get historyTruncated(): number {
    return this.#leftOut;
  }

  /** The events of the answer. The model is asked when the first one is; iterate once. */
  [Symbol.asyncIterator](): AsyncGenerator<ChatEvent> {
    return this.open({
      trying: (model, leftOut) => {
        this.#model = model;
        this.#leftOut = leftOut;
      },
      ended: (call) => {
        this.#calls.push(call);
      },
    });
  }
}

/** How the source of a `ChatStream` tells what it does. */
export interface ChatStreamProgress {
  /** @param leftOut how many earlier messages this model is not told. */
  trying(model: ModelRef, leftOut: number): void;
  ended(call: ModelCall): void;
}
