import type { Anthropic } from '@anthropic-ai/sdk';
import type { ChatEvent, ChatRequest, FinishReason, UsageEvent } from '../../ports/chat-model.port.js';
import { ProviderProtocolBroken } from '../../providers.errors.js';
import { ToolCallAssembler } from '../../tool-calls.js';
import { ThinkingRecord } from './thinking-record.js';

type StreamEvent = Anthropic.RawMessageStreamEvent;
type BlockStart = Anthropic.RawContentBlockStartEvent;
type BlockDelta = Anthropic.RawContentBlockDeltaEvent;

const COUNTS = [
  'input_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'output_tokens',
] as const;
type Counts = Partial<Record<(typeof COUNTS)[number], number>>;
/** Gateways leave parts out. */
type Usage = { readonly [name in keyof Counts]?: number | null } & Pick<
  Partial<Anthropic.MessageDeltaUsage>,
  'output_tokens_details'
>;

/** Turns the events of one answer of the Messages API into ours. */
export class EventReader {
  readonly #calls: ToolCallAssembler;
  readonly #thinking: ThinkingRecord;
  readonly #showsReasoning: boolean;
  readonly #calledAt = new Set<number>();
  readonly #counts: Counts = {};
  #reasoningTokens: number | undefined;
  #reason: string | undefined;

  constructor({
    model,
    tools,
    showReasoning = false,
  }: Pick<ChatRequest, 'model' | 'tools' | 'showReasoning'>) {
    this.#calls = new ToolCallAssembler(tools);
    this.#thinking = new ThinkingRecord(model);
    this.#showsReasoning = showReasoning;
  }

  /** Whether the model has said why it ends. */
  get hasEnded(): boolean {
    return this.#reason !== undefined;
  }

  *read(event: StreamEvent): Generator<ChatEvent> {
    switch (event.type) {
      case 'message_start':
        // What is told of the output here is the count so far.
        this.#count({ ...event.message.usage, output_tokens: null });
        break;
      case 'content_block_start':
        yield* this.#begin(event);
        break;
      case 'content_block_delta':
        yield* this.#add(event);
        break;
      case 'message_delta':
        this.#count(event.usage);
        this.#reason = event.delta.stop_reason ?? this.#reason;
        break;
      default:
    }
  }

  /** @throws ProviderProtocolBroken when the stream ended without saying why: it was cut. */
  *ending(): Generator<ChatEvent> {
    if (this.#reason === undefined) throw new ProviderProtocolBroken();
    const isRefusal = this.#reason === 'refusal';
    // What the model called before its provider stepped in must not be done.
    const calls = isRefusal ? [] : this.#calls.calls();
    for (const call of calls) yield { type: 'tool_call', call };
    const usage = this.#usage();
    if (usage) yield usage;
    yield { type: 'finish', reason: calls.length > 0 ? 'tool_calls' : finishReasonOf(this.#reason) };
  }

  *#begin({ index, content_block: block }: BlockStart): Generator<ChatEvent> {
    if (block.type === 'text') {
      if (block.text) yield { type: 'text', text: block.text };
    } else if (block.type === 'tool_use') {
      this.#calledAt.add(index);
      this.#calls.add({ index, id: block.id, name: block.name, signature: this.#thinking.takeSignature() });
    } else if (block.type === 'thinking' || block.type === 'redacted_thinking') this.#thinking.begin(block);
  }

  *#add({ index, delta }: BlockDelta): Generator<ChatEvent> {
    if (delta.type === 'text_delta') {
      if (delta.text) yield { type: 'text', text: delta.text };
    } else if (delta.type === 'thinking_delta') {
      this.#thinking.addThought(delta.thinking);
      if (this.#showsReasoning && delta.thinking) yield { type: 'reasoning', text: delta.thinking };
    } else if (delta.type === 'signature_delta') this.#thinking.sign(delta.signature);
    else if (delta.type === 'input_json_delta' && this.#calledAt.has(index))
      this.#calls.add({ index, json: delta.partial_json });
  }

  /** Counts are running totals, and a 0 may stand where none is known yet. */
  #count(usage: Usage | null | undefined): void {
    for (const name of COUNTS) {
      const count = usage?.[name];
      if (Number.isInteger(count)) this.#counts[name] = Math.max(count ?? 0, this.#counts[name] ?? 0);
    }
    const reasoning = usage?.output_tokens_details?.thinking_tokens;
    if (Number.isInteger(reasoning)) this.#reasoningTokens = reasoning;
  }

  #usage(): UsageEvent | undefined {
    const { input_tokens: fresh, output_tokens: outputTokens, ...cache } = this.#counts;
    if (fresh === undefined || outputTokens === undefined) return undefined;
    const { cache_creation_input_tokens: written = 0, cache_read_input_tokens: cached } = cache;
    return {
      type: 'usage',
      inputTokens: fresh + written + (cached ?? 0),
      outputTokens,
      ...(cached === undefined ? {} : { cachedInputTokens: cached }),
      ...(this.#reasoningTokens === undefined ? {} : { reasoningTokens: this.#reasoningTokens }),
    };
  }
}

function finishReasonOf(reason: string): FinishReason {
  if (reason === 'refusal') return 'content_filter';
  return reason === 'max_tokens' || reason === 'model_context_window_exceeded' ? 'length' : 'stop';
}
