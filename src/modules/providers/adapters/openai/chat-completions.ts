import { APIError, type OpenAI } from 'openai';
import type { ChatRequest } from '../../ports/chat-model.port.js';
import { type Chunk, ChunkReader } from './chunk-reader.js';
import { eventStream } from './event-stream.js';
import type { OpenAiApi } from './openai-api.js';
import { messagesOf, toolsOf } from './openai-messages.js';

type Body = OpenAI.ChatCompletionCreateParamsStreaming;

/** How a server calls the longest answer. */
export type LimitName = 'max_completion_tokens' | 'max_tokens';

/** Chat Completions: what every compatible server speaks. */
export class ChatCompletions implements OpenAiApi<Body, Chunk> {
  #canReportUsage = true;

  constructor(
    private readonly client: OpenAI,
    private readonly limitName: LimitName,
  ) {}

  bodyOf(request: ChatRequest): Body {
    const { model, temperature, maxOutputTokens, reasoningEffort, tools = [], answerSchema } = request;
    return {
      model,
      messages: messagesOf(request),
      stream: true,
      ...(tools.length === 0 ? {} : { tools: toolsOf(tools) }),
      ...(answerSchema ? { response_format: responseFormatOf(answerSchema) } : {}),
      ...(reasoningEffort === undefined ? {} : { reasoning_effort: reasoningEffort }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(maxOutputTokens === undefined ? {} : { [this.limitName]: maxOutputTokens }),
    };
  }

  async open(body: Body, signal: AbortSignal): Promise<AsyncIterable<readonly Chunk[]>> {
    return eventStream(await this.#ask(body, signal));
  }

  async #ask(body: Body, signal: AbortSignal): Promise<Response> {
    const { completions } = this.client.chat;
    const ask = (asked: Body): Promise<Response> => completions.create(asked, { signal }).asResponse();
    if (!this.#canReportUsage) return ask(body);
    try {
      return await ask({ ...body, stream_options: { include_usage: true } });
    } catch (failure) {
      if (!mayMeanUsage(failure)) throw failure;
      const answer = await ask(body);
      this.#canReportUsage = false;
      return answer;
    }
  }

  readerOf(request: ChatRequest): ChunkReader {
    return new ChunkReader(request);
  }
}

function responseFormatOf({
  name,
  schema,
  isStrict = true,
}: NonNullable<ChatRequest['answerSchema']>): OpenAI.ResponseFormatJSONSchema {
  return { type: 'json_schema', json_schema: { name, schema: { ...schema }, strict: isStrict } };
}

/** Whether a server refused the wish for a usage report, or refused something without saying what. */
function mayMeanUsage(failure: unknown): boolean {
  if (!(failure instanceof APIError) || (failure.status !== 400 && failure.status !== 422)) return false;
  return (
    failure.error === undefined || /stream_options|include_usage/.test(`${failure.param} ${failure.message}`)
  );
}
