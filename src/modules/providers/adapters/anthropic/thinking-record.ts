import type { Anthropic } from '@anthropic-ai/sdk';
import type { ToolCall } from '../../ports/chat-model.port.js';

type ThinkingBlock = Anthropic.ThinkingBlockParam | Anthropic.RedactedThinkingBlockParam;

/**
 * What a model said to itself before it called a tool. The model wants it back, word for word and signed, together with
 * the result, or it loses its thread; `ToolCall.signature` carries it meanwhile.
 */
export class ThinkingRecord {
  #blocks: ThinkingBlock[] = [];

  constructor(private readonly model: string) {}

  begin(block: ThinkingBlock): void {
    this.#blocks.push({ ...block });
  }

  addThought(text: string): void {
    const block = this.#blocks.at(-1);
    if (block?.type === 'thinking') block.thinking += text;
  }

  sign(signature: string): void {
    const block = this.#blocks.at(-1);
    if (block?.type === 'thinking') block.signature = signature;
  }

  /** All that was said since the last call, for the next one to carry; `undefined` when that is nothing. */
  takeSignature(): string | undefined {
    if (this.#blocks.length === 0) return undefined;
    const signature = JSON.stringify({ model: this.model, blocks: this.#blocks });
    this.#blocks = [];
    return signature;
  }
}

/** The thinking that a call carries. Of other models and providers it is left out: they cannot verify it. */
export function thinkingBefore({ signature }: ToolCall, model: string): ThinkingBlock[] {
  const carried = signature === undefined ? null : parsed(signature);
  return carried?.model === model && Array.isArray(carried.blocks) ? carried.blocks.filter(isThinking) : [];
}

function parsed(signature: string): { readonly model?: unknown; readonly blocks?: unknown } | null {
  try {
    return JSON.parse(signature) as ReturnType<typeof parsed>;
  } catch {
    return null;
  }
}

function isThinking(block: unknown): block is ThinkingBlock {
  const { type } = (block ?? {}) as { readonly type?: unknown };
  return type === 'thinking' || type === 'redacted_thinking';
}
