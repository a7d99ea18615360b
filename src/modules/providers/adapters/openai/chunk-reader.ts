import type { OpenAI } from 'openai';
import type { ChatEvent, ChatRequest, FinishReason, UsageEvent } from '../../ports/chat-model.port.js';
import { ProviderProtocolBroken } from '../../providers.errors.js';
import { ToolCallAssembler } from '../../tool-calls.js';
import type { AnswerReader } from '../shared/streamed-answer.js';

/** Compatible servers leave parts out. */
export type Chunk = Partial<OpenAI.ChatCompletionChunk>;

type Usage = OpenAI.CompletionUsage;
type Delta = OpenAI.ChatCompletionChunk.Choice.Delta;

/** Turns the chunks of one answer into events. */
export class ChunkReader implements AnswerReader<Chunk> {
  readonly #calls: ToolCallAssembler;
  readonly #showsReasoning: boolean;
  #reason: string | undefined;
  #usage: UsageEvent | undefined;

  constructor({ tools, showReasoning = false }: Pick<ChatRequest, 'tools' | 'showReasoning'>) {
    this.#calls = new ToolCallAssembler(tools);
    this.#showsReasoning = showReasoning;
  }

  get hasEnded(): boolean {
    return this.#reason !== undefined;
  }

  *read({ choices, usage }: Chunk): Generator<ChatEvent> {
    const choice = choices?.[0];
    if (choice?.delta) yield* this.#delta(choice.delta);
    if (choice?.finish_reason) this.#reason = choice.finish_reason;
    // Some servers report with each chunk; the last report counts.
    this.#usage = usageOf(usage) ?? this.#usage;
  }

  *ending(): Generator<ChatEvent> {
    if (this.#reason === undefined) throw new ProviderProtocolBroken();
    const calls = this.#calls.calls();
    for (const call of calls) yield { type: 'tool_call', call };
    if (this.#usage) yield this.#usage;
    yield { type: 'finish', reason: calls.length > 0 ? 'tool_calls' : finishReasonOf(this.#reason) };
  }

  *#delta(delta: Delta): Generator<ChatEvent> {
    const thought = this.#showsReasoning ? reasoningOf(delta) : '';
    if (thought) yield { type: 'reasoning', text: thought };
    const text = delta.content || delta.refusal;
    if (text) yield { type: 'text', text };
    for (const { index, id, function: called } of delta.tool_calls ?? [])
      this.#calls.add({ index, id, name: called?.name, json: called?.arguments });
  }
}

/** Not part of the vendor's interface; servers of reasoning models name it in one of two ways. */
function reasoningOf(delta: Delta & { reasoning_content?: unknown; reasoning?: unknown }): string {
  const thought = delta.reasoning_content ?? delta.reasoning;
  return typeof thought === 'string' ? thought : '';
}

function usageOf(usage: Usage | null | undefined): UsageEvent | undefined {
  if (!usage || !Number.isInteger(usage.prompt_tokens) || !Number.isInteger(usage.completion_tokens))
    return undefined;
  const cached = usage.prompt_tokens_details?.cached_tokens;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens;
  return {
    type: 'usage',
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    ...(Number.isInteger(cached) ? { cachedInputTokens: cached } : {}),
    ...(Number.isInteger(reasoning) ? { reasoningTokens: reasoning } : {}),
  };
}

function finishReasonOf(reason: string): FinishReason {
  return reason === 'length' || reason === 'content_filter' ? reason : 'stop';
}
