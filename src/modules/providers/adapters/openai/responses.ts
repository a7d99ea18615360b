import type { OpenAI } from 'openai';
import type { ChatRequest } from '../../ports/chat-model.port.js';
import { renderSystemPrompt } from '../../prompt.js';
import { eventStream } from './event-stream.js';
import type { OpenAiApi } from './openai-api.js';
import { inputOf, responseToolsOf } from './response-input.js';
import { ResponseReader } from './response-reader.js';

type Body = OpenAI.Responses.ResponseCreateParamsStreaming;
type Event = OpenAI.Responses.ResponseStreamEvent;

/** Models that say nothing to themselves, and refuse to be asked for what they said. */
const THOUGHTLESS_MODEL = /^(?:ft:)?(?:gpt-[34]|chatgpt)|-chat\b/;

/** The Responses API. Nothing is kept at the vendor: each request carries all that was said. */
export class Responses implements OpenAiApi<Body, Event> {
  constructor(private readonly client: OpenAI) {}

  bodyOf(request: ChatRequest): Body {
    const { model, temperature, maxOutputTokens, tools = [], answerSchema } = request;
    const reasoning = reasoningOf(request);
    return {
      model,
      instructions: renderSystemPrompt(request),
      input: inputOf(request),
      stream: true,
      store: false,
      ...(tools.length === 0 ? {} : { tools: responseToolsOf(tools) }),
      ...(tools.length === 0 || THOUGHTLESS_MODEL.test(model)
        ? {}
        : { include: ['reasoning.encrypted_content' as const] }),
      ...(answerSchema ? { text: { format: formatOf(answerSchema) } } : {}),
      ...(Object.keys(reasoning).length === 0 ? {} : { reasoning }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(maxOutputTokens === undefined ? {} : { max_output_tokens: maxOutputTokens }),
    };
  }

  async open(body: Body, signal: AbortSignal): Promise<AsyncIterable<readonly Event[]>> {
    return eventStream(await this.client.responses.create(body, { signal }).asResponse());
  }

  readerOf(request: ChatRequest): ResponseReader {
    return new ResponseReader(request);
  }
}

function reasoningOf({ model, reasoningEffort, showReasoning }: ChatRequest): OpenAI.Reasoning {
  return {
    ...(reasoningEffort === undefined ? {} : { effort: reasoningEffort }),
    ...(showReasoning && !THOUGHTLESS_MODEL.test(model) ? { summary: 'auto' } : {}),
  };
}

function formatOf({
  name,
  schema,
  isStrict = true,
}: NonNullable<ChatRequest['answerSchema']>): OpenAI.Responses.ResponseFormatTextJSONSchemaConfig {
  return { type: 'json_schema', name, schema: { ...schema }, strict: isStrict };
}
