import type { OpenAI } from 'openai';
import type { ChatEvent, ChatRequest, FinishReason, UsageEvent } from '../../ports/chat-model.port.js';
import { ProviderProtocolBroken } from '../../providers.errors.js';
import { ToolCallAssembler } from '../../tool-calls.js';
import { failureOfRefusal } from '../shared/provider-failures.js';
import type { AnswerReader } from '../shared/streamed-answer.js';
import { ReasoningRecord } from './reasoning-record.js';

type Event = OpenAI.Responses.ResponseStreamEvent;
/** Gateways leave parts out. */
type Ended = Partial<OpenAI.Responses.Response>;
type Usage = Partial<OpenAI.Responses.ResponseUsage>;

/** Turns the events of one answer of the Responses API into ours. */
export class ResponseReader implements AnswerReader<Event> {
  readonly #calls: ToolCallAssembler;
  readonly #reasoning: ReasoningRecord;
  readonly #showsReasoning: boolean;
  #reason: FinishReason | undefined;
  #usage: UsageEvent | undefined;

  constructor({
    model,
    tools,
    showReasoning = false,
  }: Pick<ChatRequest, 'model' | 'tools' | 'showReasoning'>) {
    this.#calls = new ToolCallAssembler(tools);
    this.#reasoning = new ReasoningRecord(model);
    this.#showsReasoning = showReasoning;
  }

  get hasEnded(): boolean {
    return this.#reason !== undefined;
  }

  /** @throws ProviderFailure when the model has failed. */
  *read(event: Event): Generator<ChatEvent> {
    switch (event.type) {
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        if (event.delta) yield { type: 'text', text: event.delta };
        break;
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        if (this.#showsReasoning && event.delta) yield { type: 'reasoning', text: event.delta };
        break;
      case 'response.output_item.done':
        this.#note(event);
        break;
      case 'response.completed':
      case 'response.incomplete':
        this.#end(event.response);
        break;
      case 'response.failed':
        throw failureIn(event.response);
      default:
    }
  }

  *ending(): Generator<ChatEvent> {
    if (this.#reason === undefined) throw new ProviderProtocolBroken();
    // What the model called before its provider stepped in must not be done.
    const calls = this.#reason === 'content_filter' ? [] : this.#calls.calls();
    for (const call of calls) yield { type: 'tool_call', call };
    if (this.#usage) yield this.#usage;
    yield { type: 'finish', reason: calls.length > 0 ? 'tool_calls' : this.#reason };
  }

  /** A call comes in pieces, too, but at its end once more as a whole. */
  #note({ output_index: index, item }: OpenAI.Responses.ResponseOutputItemDoneEvent): void {
    if (item.type === 'reasoning') this.#reasoning.add(item);
    if (item.type !== 'function_call') return;
    const { call_id: id, name, arguments: json } = item;
    this.#calls.add({ index, id, name, json, signature: this.#reasoning.takeSignature() });
  }

  #end({ incomplete_details: incomplete, usage }: Ended): void {
    this.#reason = finishReasonOf(incomplete?.reason);
    this.#usage = usageOf(usage);
  }
}

function failureIn({ error }: Ended): Error {
  return failureOfRefusal({ codes: [error?.code, error?.type], message: error?.message ?? '' });
}

function usageOf(usage: Usage | undefined): UsageEvent | undefined {
  const { input_tokens: inputTokens, output_tokens: outputTokens } = usage ?? {};
  if (!isCount(inputTokens) || !isCount(outputTokens)) return undefined;
  const cached = usage?.input_tokens_details?.cached_tokens;
  const reasoning = usage?.output_tokens_details?.reasoning_tokens;
  return {
    ...{ type: 'usage', inputTokens, outputTokens },
    ...(isCount(cached) ? { cachedInputTokens: cached } : {}),
    ...(isCount(reasoning) ? { reasoningTokens: reasoning } : {}),
  };
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value);
}

function finishReasonOf(incomplete: string | undefined): FinishReason {
  if (incomplete === 'content_filter') return 'content_filter';
  return incomplete === 'max_output_tokens' ? 'length' : 'stop';
}
