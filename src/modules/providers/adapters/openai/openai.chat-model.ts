import { APIError, type OpenAI } from 'openai';
import type { OutboundClient } from '#common/http';
import { CallClock, CHAT_PATIENCE, type ChatPatience } from '../../call-clock.js';
import { type ChatEvent, ChatModel, type ChatRequest } from '../../ports/chat-model.port.js';
import type { ProviderAccount } from '../shared/provider-account.js';
import { brokenOff } from '../shared/provider-failures.js';
import { type Chunk, ChunkReader } from './chunk-reader.js';
import { isOpenAiItself, openAiClient } from './openai-client.js';
import { failureFrom } from './openai-failure.js';
import { messagesOf, toolsOf } from './openai-messages.js';

type Body = OpenAI.ChatCompletionCreateParamsStreaming;

/** What servers that speak Chat Completions do in different ways. */
export interface ChatCompletionsDialect {
  /** By which they are known in a bot's `model.provider`. */
  readonly provider: string;
  /** How the longest answer is called. */
  readonly limitName: 'max_completion_tokens' | 'max_tokens';
}

/** OpenAI's Chat Completions, and every server that speaks them. */
export class OpenAiChatModel extends ChatModel {
  readonly provider: string;
  readonly #client: OpenAI;
  readonly #limitName: ChatCompletionsDialect['limitName'];
  #canReportUsage = true;

  constructor(
    account: ProviderAccount,
    outbound: OutboundClient,
    private readonly patience: ChatPatience = CHAT_PATIENCE,
    dialect: Partial<ChatCompletionsDialect> = {},
  ) {
    super();
    this.provider = dialect.provider ?? 'openai';
    this.#client = openAiClient(account, outbound, {
      headersTimeoutMs: patience.firstTextMs,
      idleTimeoutMs: patience.betweenMs,
    });
    // OpenAI's newer models refuse the old name; other servers may not know the new one.
    const usual = isOpenAiItself(account) ? 'max_completion_tokens' : 'max_tokens';
    this.#limitName = dialect.limitName ?? usual;
  }

  async *stream(request: ChatRequest): AsyncGenerator<ChatEvent> {
    const clock = new CallClock(this.patience.totalMs, request.signal);
    const body = this.#bodyOf(request);
    try {
      clock.signal.throwIfAborted();
      clock.expectWithin(this.patience.firstTextMs);
      const reader = new ChunkReader(request);
      yield* this.#read(await this.#open(body, clock.signal), reader, clock);
      request.signal.throwIfAborted();
      yield* reader.ending();
    } catch (failure) {
      clock.signal.throwIfAborted();
      throw failureFrom(failure, Object.keys(body));
    } finally {
      clock.release();
    }
  }

  async *#read(
    chunks: AsyncIterable<Chunk>,
    reader: ChunkReader,
    clock: CallClock,
  ): AsyncGenerator<ChatEvent> {
    try {
      for await (const chunk of chunks) {
        // While the reader takes its time, the model's silence is not the model's fault.
        clock.expectNothing();
        yield* reader.read(chunk);
        clock.expectWithin(reader.hasEnded ? this.patience.trailerMs : this.patience.betweenMs);
      }
    } catch (failure) {
      // What follows the finish reason is a courtesy.
      if (!reader.hasEnded) throw brokenOff(failure);
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
    const { model, temperature, maxOutputTokens, tools = [], answerSchema } = request;
    return {
      model,
      messages: messagesOf(request),
      stream: true,
      ...(tools.length === 0 ? {} : { tools: toolsOf(tools) }),
      ...(answerSchema ? { response_format: responseFormatOf(answerSchema) } : {}),
      ...(temperature === undefined ? {} : { temperature }),
      ...(maxOutputTokens === undefined ? {} : { [this.#limitName]: maxOutputTokens }),
    };
  }
}

function responseFormatOf({
  name,
  schema,
}: NonNullable<ChatRequest['answerSchema']>): OpenAI.ResponseFormatJSONSchema {
  return { type: 'json_schema', json_schema: { name, schema: { ...schema }, strict: true } };
}

/** Whether a server refused the wish for a usage report, or refused something without saying what. */
function mayMeanUsage(failure: unknown): boolean {
  if (!(failure instanceof APIError) || (failure.status !== 400 && failure.status !== 422)) return false;
  return (
    failure.error === undefined || /stream_options|include_usage/.test(`${failure.param} ${failure.message}`)
  );
}
