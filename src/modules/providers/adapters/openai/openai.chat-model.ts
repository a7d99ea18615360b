import { APIError, type OpenAI } from 'openai';
import { type OutboundClient, OutboundUnreachable } from '#common/http';
import { CallClock, CHAT_PATIENCE, type ChatPatience } from '../../call-clock.js';
import {
  ChatModel,
  type ChatEvent,
  type ChatRequest,
  type FinishReason,
} from '../../ports/chat-model.port.js';
import { fitHistory, inertText, renderSystemPrompt } from '../../prompt.js';
import { ProviderProtocolBroken } from '../../providers.errors.js';
import { isOpenAiItself, openAiClient, type OpenAiAccount } from './openai-client.js';
import { failureFrom } from './openai-failure.js';

type Body = OpenAI.ChatCompletionCreateParamsStreaming;
// Compatible servers leave parts out.
type Chunk = Partial<OpenAI.ChatCompletionChunk>;

// About 8,000 tokens, which every model of use takes beside the sources.
const MAX_HISTORY_CHARACTERS = 24_000;

/** OpenAI, and every server that speaks its Chat Completions. */
export class OpenAiChatModel extends ChatModel {
  readonly provider = 'openai';
  readonly #client: OpenAI;
  readonly #limitName: 'max_completion_tokens' | 'max_tokens';
  #canReportUsage = true;

  constructor(
    account: OpenAiAccount,
    outbound: OutboundClient,
    private readonly patience: ChatPatience = CHAT_PATIENCE,
  ) {
    super();
    this.#client = openAiClient(account, outbound, {
      headersTimeoutMs: patience.firstTextMs,
      idleTimeoutMs: patience.betweenMs,
    });
    // OpenAI's newer models refuse the old name; other servers may not know the new one.
    this.#limitName = isOpenAiItself(account) ? 'max_completion_tokens' : 'max_tokens';
  }

  async *stream(request: ChatRequest): AsyncGenerator<ChatEvent> {
    const clock = new CallClock(this.patience.totalMs, request.signal);
    const body = this.#bodyOf(request);
    try {
      clock.signal.throwIfAborted();
      clock.expectWithin(this.patience.firstTextMs);
      const ending = new Ending();
      yield* this.#texts(await this.#open(body, clock.signal), ending, clock);
      request.signal.throwIfAborted();
      yield* ending.events();
    } catch (failure) {
      clock.signal.throwIfAborted();
      throw failureFrom(failure, Object.keys(body));
    } finally {
      clock.release();
    }
  }

  async *#texts(chunks: AsyncIterable<Chunk>, ending: Ending, clock: CallClock): AsyncGenerator<ChatEvent> {
    try {
      for await (const chunk of chunks) {
        // While the reader takes its time, the model's silence is not the model's fault.
        clock.expectNothing();
        const text = textOf(chunk);
        if (text !== '') yield { type: 'text', text };
        ending.note(chunk);
        clock.expectWithin(ending.reason ? this.patience.trailerMs : this.patience.betweenMs);
      }
    } catch (failure) {
      // What follows the finish reason is a courtesy.
      if (!ending.reason) throw brokenOff(failure);
    }
  }

  async #open(body: Body, signal: AbortSignal): Promise<AsyncIterable<Chunk>> {
    const { completions } = this.#client.chat;
    if (!this.#canReportUsage) return completions.create(body, { signal });
    try {
      return await completions.create({ ...body, stream_options: { include_usage: true } }, { signal });
    } catch (failure) {
      if (!mayMeanUsage(failure)) throw failure;
      const chunks = await completions.create(body, { signal });
      this.#canReportUsage = false;
      return chunks;
    }
  }

  #bodyOf(request: ChatRequest): Body {
    const { model, messages, temperature, maxOutputTokens } = request;
    return {
      model,
      messages: [
        { role: 'system', content: renderSystemPrompt(request) },
        ...fitHistory(messages, MAX_HISTORY_CHARACTERS).map(({ role, content }) => ({
          role,
          content: inertText(content),
        })),
      ],
      stream: true,
      ...(temperature === undefined ? {} : { temperature }),
      ...(maxOutputTokens === undefined ? {} : { [this.#limitName]: maxOutputTokens }),
    };
  }
}

/** What a stream says at its end. */
class Ending {
  #reason: FinishReason | undefined;
  #usage: ChatEvent | undefined;

  get reason(): FinishReason | undefined {
    return this.#reason;
  }

  note({ choices, usage }: Chunk): void {
    const reason = choices?.[0]?.finish_reason;
    if (reason) this.#reason = finishReasonOf(reason);
    // Some servers report with each chunk; the last report counts.
    if (usage && Number.isInteger(usage.prompt_tokens) && Number.isInteger(usage.completion_tokens)) {
      this.#usage = {
        type: 'usage',
        inputTokens: usage.prompt_tokens,
        outputTokens: usage.completion_tokens,
      };
    }
  }

  /** @throws ProviderProtocolBroken when the stream ended without saying why: it was cut. */
  *events(): Generator<ChatEvent> {
    if (!this.#reason) throw new ProviderProtocolBroken();
    if (this.#usage) yield this.#usage;
    yield { type: 'finish', reason: this.#reason };
  }
}

/** A connection that is lost in the middle was there. */
function brokenOff(failure: unknown): unknown {
  return failure instanceof OutboundUnreachable ? new ProviderProtocolBroken({ cause: failure }) : failure;
}

function textOf({ choices }: Chunk): string {
  const delta = choices?.[0]?.delta;
  return delta?.content ?? delta?.refusal ?? '';
}

function finishReasonOf(reason: string): FinishReason {
  return reason === 'length' || reason === 'content_filter' ? reason : 'stop';
}

/** Whether a server refused the wish for a usage report, or refused something without saying what. */
function mayMeanUsage(failure: unknown): boolean {
  if (!(failure instanceof APIError) || (failure.status !== 400 && failure.status !== 422)) return false;
  return (
    failure.error === undefined || /stream_options|include_usage/.test(`${failure.param} ${failure.message}`)
  );
}
