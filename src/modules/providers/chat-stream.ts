import type { ChatEvent } from './ports/chat-model.port.js';
import type { FailedAttempt, ModelRef } from './providers.types.js';

/** An answer under way: its events, which model gives it and which were tried in vain before. */
export class ChatStream implements AsyncIterable<ChatEvent> {
  readonly #failedAttempts: FailedAttempt[] = [];
  #model: ModelRef;

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
    return this.#failedAttempts;
  }

  /** The events of the answer. The model is asked when the first one is; iterate once. */
  [Symbol.asyncIterator](): AsyncGenerator<ChatEvent> {
    return this.open({
      trying: (model) => {
        this.#model = model;
      },
      failed: (attempt) => {
        this.#failedAttempts.push(attempt);
      },
    });
  }
}

/** How the source of a `ChatStream` tells what it does. */
export interface ChatStreamProgress {
  trying(model: ModelRef): void;
  failed(attempt: FailedAttempt): void;
}
