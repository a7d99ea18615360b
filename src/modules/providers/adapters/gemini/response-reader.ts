import type { GenerateContentResponse, GenerateContentResponseUsageMetadata, Part } from '@google/genai/web';
import { randomUUID } from 'node:crypto';
import type { ChatEvent, ChatRequest, FinishReason, UsageEvent } from '../../ports/chat-model.port.js';
import { ContentFiltered, ProviderProtocolBroken } from '../../providers.errors.js';
import { ToolCallAssembler } from '../../tool-calls.js';

/** Gateways leave parts out. */
type Response = Pick<Partial<GenerateContentResponse>, 'candidates' | 'promptFeedback' | 'usageMetadata'>;

const UNKNOWN = 'FINISH_REASON_UNSPECIFIED';
const BROKEN: ReadonlySet<string> = new Set([
  'MALFORMED_FUNCTION_CALL',
  'MALFORMED_RESPONSE',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
]);
const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['MAX_TOKENS', 'length'],
  ['CONTINUATION', 'length'],
  ['SAFETY', 'content_filter'],
  ['RECITATION', 'content_filter'],
  ['BLOCKLIST', 'content_filter'],
  ['PROHIBITED_CONTENT', 'content_filter'],
  ['SPII', 'content_filter'],
]);

/** Turns the pieces of one answer into events. */
export class ResponseReader {
  readonly #calls: ToolCallAssembler;
  readonly #showsReasoning: boolean;
  #callCount = 0;
  #reason: string | undefined;
  #usage: UsageEvent | undefined;

  constructor({ tools, showReasoning = false }: Pick<ChatRequest, 'tools' | 'showReasoning'>) {
    this.#calls = new ToolCallAssembler(tools);
    this.#showsReasoning = showReasoning;
  }

  /** Whether the model has said why it ends. */
  get hasEnded(): boolean {
    return this.#reason !== undefined;
  }

  /** @throws ContentFiltered when the question is not answered at all. */
  *read({ candidates, promptFeedback, usageMetadata }: Response): Generator<ChatEvent> {
    if (promptFeedback?.blockReason) throw new ContentFiltered();
    const candidate = candidates?.[0];
    for (const part of candidate?.content?.parts ?? []) yield* this.#part(part);
    const reason: string | undefined = candidate?.finishReason;
    if (reason && reason !== UNKNOWN) this.#reason = reason;
    // Each piece counts all that was before it, too; the last count is the whole.
    this.#usage = usageOf(usageMetadata) ?? this.#usage;
  }

  /** @throws ProviderProtocolBroken when the stream ended without saying why (it was cut), or for a call that is none. */
  *ending(): Generator<ChatEvent> {
    if (this.#reason === undefined || BROKEN.has(this.#reason)) throw new ProviderProtocolBroken();
    const reason = REASONS.get(this.#reason) ?? 'stop';
    // What the model called before its provider stepped in must not be done.
    const calls = reason === 'content_filter' ? [] : this.#calls.calls();
    for (const call of calls) yield { type: 'tool_call', call };
    if (this.#usage) yield this.#usage;
    yield { type: 'finish', reason: calls.length > 0 ? 'tool_calls' : reason };
  }

  *#part({ text, thought, functionCall, thoughtSignature }: Part): Generator<ChatEvent> {
    if (functionCall) this.#addCall(functionCall, thoughtSignature);
    if (typeof text !== 'string' || text === '') return;
    if (!thought) yield { type: 'text', text };
    else if (this.#showsReasoning) yield { type: 'reasoning', text };
  }

  /** A call comes whole, in one piece. */
  #addCall({ id, name, args }: NonNullable<Part['functionCall']>, signature: string | undefined): void {
    const index = this.#callCount++;
    // Older models name no id, and one that only counts would come again in the next answer.
    this.#calls.add({
      index,
      id: id || `call_${randomUUID()}`,
      name,
      json: JSON.stringify(args ?? {}),
      signature,
    });
  }
}

/** The API leaves zeros out. */
function usageOf(usage: GenerateContentResponseUsageMetadata | undefined): UsageEvent | undefined {
  const inputTokens = countIn(usage?.promptTokenCount);
  if (inputTokens === undefined) return undefined;
  const cached = countIn(usage?.cachedContentTokenCount);
  const reasoning = countIn(usage?.thoughtsTokenCount);
  return {
    ...{ type: 'usage', inputTokens },
    outputTokens: (countIn(usage?.candidatesTokenCount) ?? 0) + (reasoning ?? 0),
    ...(cached === undefined ? {} : { cachedInputTokens: cached }),
    ...(reasoning === undefined ? {} : { reasoningTokens: reasoning }),
  };
}

function countIn(value: number | undefined): number | undefined {
  return Number.isInteger(value) ? value : undefined;
}
