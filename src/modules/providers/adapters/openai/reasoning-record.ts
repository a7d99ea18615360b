import type { OpenAI } from 'openai';
import type { ToolCall } from '../../ports/chat-model.port.js';

type ReasoningItem = OpenAI.Responses.ResponseReasoningItem;

/**
 * What a model said to itself before it called a tool, encrypted by its provider. Since nothing is kept there, the model
 * gets it back with the result, or it would have to think all of it again; `ToolCall.signature` carries it meanwhile.
 */
export class ReasoningRecord {
  #items: ReasoningItem[] = [];

  constructor(private readonly model: string) {}

  add({ id, summary, encrypted_content }: ReasoningItem): void {
    if (encrypted_content) this.#items.push({ type: 'reasoning', id, summary, encrypted_content });
  }

  /** All that came since the last call, for the next one to carry; `undefined` when that is nothing. */
  takeSignature(): string | undefined {
    if (this.#items.length === 0) return undefined;
    const signature = JSON.stringify({ model: this.model, items: this.#items });
    this.#items = [];
    return signature;
  }
}

/** The reasoning that a call carries. Of other models and providers it is left out: they cannot read it. */
export function reasoningBefore({ signature }: ToolCall, model: string): ReasoningItem[] {
  const carried = signature === undefined ? null : parsed(signature);
  return carried?.model === model && Array.isArray(carried.items) ? carried.items.filter(isReasoning) : [];
}

function parsed(signature: string): { readonly model?: unknown; readonly items?: unknown } | null {
  try {
    return JSON.parse(signature) as ReturnType<typeof parsed>;
  } catch {
    return null;
  }
}

function isReasoning(item: unknown): item is ReasoningItem {
  return ((item ?? {}) as { readonly type?: unknown }).type === 'reasoning';
}
