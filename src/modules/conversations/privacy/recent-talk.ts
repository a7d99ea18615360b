import { Injectable } from '@nestjs/common';
import type { EarlierMessage } from '../conversations.types.js';

const MAX_CONVERSATIONS = 2_000;
const MAX_MESSAGES = 40;
const MAX_CHARACTERS = 100_000;
const FORGET_AFTER_MS = 30 * 60_000;

interface Talk {
  readonly messages: readonly EarlierMessage[];
  readonly until: number;
}

/**
 * What was said a short while ago in conversations whose text is not kept, so that they can go on. In this process'
 * memory only, for half an hour: another process, or this one after a restart, knows nothing of it.
 */
@Injectable()
export class RecentTalk {
  /** The one that spoke longest ago is first. */
  readonly #talks = new Map<string, Talk>();

  recall(conversationId: string): readonly EarlierMessage[] {
    const talk = this.#talks.get(conversationId);
    return talk && talk.until > performance.now() ? talk.messages : [];
  }

  add(conversationId: string, ...said: readonly EarlierMessage[]): void {
    const messages = shortened([...this.recall(conversationId), ...said]);
    this.#talks.delete(conversationId);
    this.#talks.set(conversationId, { messages, until: performance.now() + FORGET_AFTER_MS });
    this.#forgetOld();
  }

  forget(conversationId: string): void {
    this.#talks.delete(conversationId);
  }

  #forgetOld(): void {
    const now = performance.now();
    for (const [id, { until }] of this.#talks) {
      if (until > now && this.#talks.size <= MAX_CONVERSATIONS) return;
      this.#talks.delete(id);
    }
  }
}

/** The newest messages that may be held. */
function shortened(messages: readonly EarlierMessage[]): EarlierMessage[] {
  const kept: EarlierMessage[] = [];
  let characters = 0;
  for (const message of messages.slice(-MAX_MESSAGES).reverse()) {
    characters += message.content.length;
    if (characters > MAX_CHARACTERS) break;
    kept.unshift(message);
  }
  return kept;
}
