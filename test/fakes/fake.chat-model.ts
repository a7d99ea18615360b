import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChatModel,
  type ChatEvent,
  type ChatRequest,
  type FinishReason,
  type ToolCall,
  type UsageEvent,
} from '../../src/modules/providers/ports/chat-model.port.js';

/** How a `FakeChatModel` behaves in one call. */
export interface FakeAnswer {
  /** Pieces of the answer. Without them the first source is quoted. */
  readonly texts?: readonly string[];
  /** Thrown after the texts, in place of the end. */
  readonly failure?: Error;
  readonly usage?: Omit<UsageEvent, 'type'>;
  /** Asked for after the texts, where the request offers tools. */
  readonly toolCalls?: readonly ToolCall[];
  readonly reason?: FinishReason;
  /** Pause before each piece. */
  readonly delayMs?: number;
  /** Awaited before the first piece. */
  readonly until?: () => Promise<void>;
}

/** A chat model that does as it is told and remembers what it was asked. */
export class FakeChatModel extends ChatModel {
  readonly requests: ChatRequest[] = [];
  /** Calls that were ended by their reader or their signal before they were through. */
  abandoned = 0;
  readonly #answers: FakeAnswer[];

  /** @param answers one a call, in order; the last one repeats. */
  constructor(
    readonly provider = 'fake',
    ...answers: readonly FakeAnswer[]
  ) {
    super();
    this.#answers = [...answers];
  }

  async *stream(request: ChatRequest): AsyncGenerator<ChatEvent> {
    this.requests.push(request);
    const answer = (this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0]) ?? {};
    let isThrough = false;
    try {
      yield* this.#events(request, answer);
      isThrough = true;
    } finally {
      if (!isThrough && !answer.failure) this.abandoned += 1;
    }
  }

  async *#events(request: ChatRequest, answer: FakeAnswer): AsyncGenerator<ChatEvent> {
    const { failure, usage, toolCalls = [], delayMs = 0 } = answer;
    const calls = request.tools ? toolCalls : [];
    const { texts = quoteOf(request), reason = calls.length > 0 ? 'tool_calls' : 'stop' } = answer;
    await answer.until?.();
    for (const text of texts) {
      await pause(delayMs, request.signal);
      yield { type: 'text', text };
    }
    await pause(delayMs, request.signal);
    if (failure) throw failure;
    for (const call of calls) yield { type: 'tool_call', call };
    if (usage) yield { type: 'usage', ...usage };
    yield { type: 'finish', reason };
  }
}

function quoteOf({ sources: [source] }: ChatRequest): string[] {
  return source ? [source.text, ` [${source.index}]`] : ['I do not know.'];
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
}
