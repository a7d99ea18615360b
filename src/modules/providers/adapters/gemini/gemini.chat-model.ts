import type { GenerateContentConfig, GenerateContentResponse, GoogleGenAI } from '@google/genai/web';
import type { OutboundClient } from '#common/http';
import { CHAT_PATIENCE, type ChatPatience } from '../../call-clock.js';
import { type ChatEvent, ChatModel, type ChatRequest } from '../../ports/chat-model.port.js';
import { renderSystemPrompt } from '../../prompt.js';
import { ProviderRequestRefused } from '../../providers.errors.js';
import type { ProviderAccount } from '../shared/provider-account.js';
import { gathered } from '../shared/gathered.js';
import { streamedAnswer } from '../shared/streamed-answer.js';
import { geminiClient } from './gemini-client.js';
import { failureFrom } from './gemini-failure.js';
import { contentsOf, toolsOf } from './gemini-messages.js';
import { thinkingOf } from './gemini-thinking.js';
import { ResponseReader } from './response-reader.js';

/** The name becomes part of the path. */
const MODEL_NAME = /^[\w@-][\w.@-]*(?:\/[\w@-][\w.@-]*)*$/;

/** Google's Gemini API. */
export class GeminiChatModel extends ChatModel {
  readonly provider = 'gemini';
  readonly #client: GoogleGenAI;

  constructor(
    account: ProviderAccount,
    outbound: OutboundClient,
    private readonly patience: ChatPatience = CHAT_PATIENCE,
  ) {
    super();
    this.#client = geminiClient(account, outbound, {
      headersTimeoutMs: patience.firstTextMs,
      idleTimeoutMs: patience.betweenMs,
    });
  }

  async *stream(request: ChatRequest): AsyncGenerator<ChatEvent> {
    // The SDK does not close a stream that is left early.
    const leaving = new AbortController();
    const settings = settingsOf(request);
    try {
      yield* streamedAnswer(request, this.patience, {
        open: async (signal) =>
          gathered(await this.#open(request, settings, AbortSignal.any([signal, leaving.signal]))),
        reader: () => new ResponseReader(request),
        failureFrom: (thrown) => failureFrom(thrown, ['model', ...Object.keys(settings)]),
      });
    } finally {
      leaving.abort();
    }
  }

  #open(
    request: ChatRequest,
    settings: GenerateContentConfig,
    abortSignal: AbortSignal,
  ): Promise<AsyncIterable<GenerateContentResponse>> {
    const { model } = request;
    if (!MODEL_NAME.test(model)) throw new ProviderRequestRefused({}, 'model');
    const systemInstruction = renderSystemPrompt(request);
    return this.#client.models.generateContentStream({
      model,
      contents: contentsOf(request),
      // Otherwise the SDK may ask again, and pay again, when an answer is long or breaks off.
      config: { ...settings, systemInstruction, abortSignal, automaticContinuation: false },
    });
  }
}

/** The API promises the form of an answer only where there are no tools. */
function settingsOf(request: ChatRequest): GenerateContentConfig {
  const { temperature, maxOutputTokens, tools = [], answerSchema } = request;
  const schema = tools.length === 0 ? answerSchema?.schema : undefined;
  return {
    ...(tools.length === 0 ? {} : { tools: toolsOf(tools) }),
    ...(schema ? { responseMimeType: 'application/json', responseJsonSchema: schema } : {}),
    ...thinkingOf(request),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
}
