import type { Anthropic } from '@anthropic-ai/sdk';
import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import type { OutboundClient } from '#common/http';
import { CHAT_PATIENCE, type ChatPatience } from '../../call-clock.js';
import {
  type ChatEvent,
  ChatModel,
  type ChatRequest,
  type JsonSchema,
  type ReasoningEffort,
} from '../../ports/chat-model.port.js';
import type { ProviderAccount } from '../shared/provider-account.js';
import { gathered } from '../shared/gathered.js';
import { streamedAnswer } from '../shared/streamed-answer.js';
import { anthropicClient } from './anthropic-client.js';
import { failureFrom } from './anthropic-failure.js';
import { messagesOf, systemOf, toolsOf } from './anthropic-messages.js';
import { EventReader } from './event-reader.js';

type Body = Anthropic.MessageCreateParamsStreaming;

/** What a bot's maker can change; the conversation is not among it. */
const SETTINGS: readonly (keyof Body)[] = ['model', 'max_tokens', 'tools', 'output_config', 'thinking'];
/** The API wants a limit; where a bot sets none, this one holds. Thinking counts, too. */
const USUAL_MAX_TOKENS = 8_192;
/** Claude 4.5 and older think on a budget or not at all, and refuse the setting by which newer models do. */
const OLD_MODEL = /claude-(?:instant|[23]\b|[a-z]+-4-(?:[0-5]\b|\d{8}))/;

/** Without one, a model does not think before it answers. */
const EFFORTS: Readonly<Record<ReasoningEffort, Anthropic.OutputConfig['effort']>> = {
  ...{ none: undefined, minimal: 'low', low: 'low', medium: 'medium', high: 'high', xhigh: 'xhigh' },
};

/**
 * Anthropic's Messages API.
 *
 * `temperature` is left out: since version 2026-10-21 the API refuses it, whatever its value and the model.
 */
export class AnthropicChatModel extends ChatModel {
  readonly provider = 'anthropic';
  readonly #client: Anthropic;

  constructor(
    account: ProviderAccount,
    outbound: OutboundClient,
    private readonly patience: ChatPatience = CHAT_PATIENCE,
  ) {
    super();
    this.#client = anthropicClient(account, outbound, {
      headersTimeoutMs: patience.firstTextMs,
      idleTimeoutMs: patience.betweenMs,
    });
  }

  async *stream(request: ChatRequest): AsyncGenerator<ChatEvent> {
    const body = bodyOf(request);
    yield* streamedAnswer(request, this.patience, {
      open: async (signal) => gathered(await this.#client.messages.create(body, { signal })),
      reader: () => new EventReader(request),
      failureFrom: (thrown) => failureFrom(thrown, SETTINGS),
    });
  }
}

function bodyOf(request: ChatRequest): Body {
  const { model, maxOutputTokens = USUAL_MAX_TOKENS, tools = [] } = request;
  const output = outputOf(request);
  const thinking = thinkingOf(request);
  return {
    model,
    system: systemOf(request),
    messages: messagesOf(request),
    max_tokens: maxOutputTokens,
    stream: true,
    ...(tools.length === 0 ? {} : { tools: toolsOf(tools) }),
    ...(Object.keys(output).length === 0 ? {} : { output_config: output }),
    ...(thinking ? { thinking } : {}),
  };
}

function outputOf({ model, answerSchema, reasoningEffort = 'none' }: ChatRequest): Anthropic.OutputConfig {
  const effort = OLD_MODEL.test(model) ? undefined : EFFORTS[reasoningEffort];
  return { ...(answerSchema ? formatOf(answerSchema.schema) : {}), ...(effort ? { effort } : {}) };
}

function thinkingOf({ model, showReasoning, reasoningEffort = 'none' }: ChatRequest): Body['thinking'] {
  if (OLD_MODEL.test(model)) return undefined;
  if (showReasoning) return { type: 'adaptive', display: 'summarized' };
  return EFFORTS[reasoningEffort] ? { type: 'adaptive', display: 'omitted' } : undefined;
}

/** Nothing for a schema that the API has no words for: of such an answer it cannot promise the form. */
function formatOf(schema: JsonSchema): Pick<Anthropic.OutputConfig, 'format'> {
  try {
    return { format: { type: 'json_schema', schema: transformJSONSchema(schema) } };
  } catch {
    return {};
  }
}
