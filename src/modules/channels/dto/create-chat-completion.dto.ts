import { ApiProperty } from '@nestjs/swagger';
import {
  BooleanField,
  ChoiceField,
  IntegerField,
  JsonObjectField,
  ObjectField,
  ObjectListField,
  TextField,
} from '#common/validation';
import { InvalidFields } from '#common/errors';
import type { TurnOptions } from '#modules/conversations';
import type { AnswerSchema } from '#modules/providers';
import { type BotQuestion, REASONING_EFFORTS, type ReasoningEffort } from '../channels.types.js';
import { conversationIdIn, earlierIn, questionIn } from '../question.js';
import { type Content, ContentField } from './content-field.decorator.js';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const;
const RESPONSE_FORMATS = ['text', 'json_object', 'json_schema'] as const;
const NULLABLE = { optional: true, nullable: true } as const;

export class ChatMessageDto {
  @ChoiceField(ROLES, { name: 'ChatMessageRole', example: 'user' })
  readonly role!: (typeof ROLES)[number];

  @ContentField()
  readonly content?: Content;
}

export class StreamOptionsDto {
  @BooleanField({ ...NULLABLE, description: 'Whether a last chunk tells the usage.' })
  readonly include_usage?: boolean | null;
}

export class AnswerFormDto {
  @TextField({ max: 64, pattern: /^[\w-]+$/, example: 'opening_hours' })
  readonly name!: string;

  @JsonObjectField({
    ...{ maxBytes: 65_536, maxDepth: 20 },
    example: { type: 'object', properties: { opensAt: { type: 'string' } } },
    description: 'A JSON Schema.',
  })
  readonly schema!: Readonly<Record<string, unknown>>;

  @BooleanField({ ...NULLABLE, description: 'Whether the form is to be promised; not by default.' })
  readonly strict?: boolean | null;
}

export class ResponseFormatDto {
  @ChoiceField(RESPONSE_FORMATS, {
    ...{ name: 'ResponseFormatType', example: 'text' },
    description: '`json_object` is passed over.',
  })
  readonly type!: (typeof RESPONSE_FORMATS)[number];

  @ObjectField(() => AnswerFormDto, { ...NULLABLE, description: 'With `json_schema`.' })
  readonly json_schema?: AnswerFormDto | null;
}

/** What is read of a request of OpenAI's protocol. */
export interface ChatCompletionRequest {
  readonly stream?: boolean | null;
  readonly includesUsage: boolean;
  /** @throws InvalidFields when the last message is no question. */
  toQuestion(): BotQuestion;
}

/** A request of OpenAI's protocol. What else that protocol knows may be there, and is the bot's to decide. */
export class CreateChatCompletionDto implements ChatCompletionRequest {
  @TextField({
    max: 200,
    example: '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a',
    description: 'The slug or the id of a bot, also with `bot:` before it.',
  })
  readonly model!: string;

  @ObjectListField(() => ChatMessageDto, {
    minItems: 1,
    maxItems: 3_000,
    description: 'The last one, of role `user`, is the question. The bot has instructions of its own.',
  })
  @ApiProperty({ minItems: 1, example: [{ role: 'user', content: 'How long is the warranty?' }] })
  readonly messages!: ChatMessageDto[];

  @BooleanField({ ...NULLABLE, example: false })
  readonly stream?: boolean | null;

  @ObjectField(() => StreamOptionsDto, NULLABLE)
  readonly stream_options?: StreamOptionsDto | null;

  @IntegerField({ ...NULLABLE, min: 1, max: 1, description: 'How many answers.' })
  readonly n?: number | null;

  @ObjectField(() => ResponseFormatDto, {
    ...NULLABLE,
    description: 'The form of the answer, where the model of the bot can keep one.',
  })
  readonly response_format?: ResponseFormatDto | null;

  @ChoiceField(REASONING_EFFORTS, {
    ...{ ...NULLABLE, name: 'ReasoningEffort', example: 'low' },
    description: 'How long the model of the bot thinks, where it does.',
  })
  readonly reasoning_effort?: ReasoningEffort | null;

  @TextField({
    ...{ ...NULLABLE, min: 0, max: 200, example: 'customer-4711' },
    description: 'Who talks, as you name your users: the `externalUserId` of a new conversation.',
  })
  readonly safety_identifier?: string | null;

  @TextField({ ...NULLABLE, min: 0, max: 200, description: 'The same from older clients; it goes first.' })
  readonly user?: string | null;

  @JsonObjectField({
    ...{ ...NULLABLE, maxBytes: 8_192, example: { page: '/pricing' } },
    description: 'Kept with a new conversation; `conversation_id` continues one that there is.',
  })
  readonly metadata?: Readonly<Record<string, unknown>> | null;

  get includesUsage(): boolean {
    return this.stream_options?.include_usage ?? false;
  }

  toQuestion(): BotQuestion {
    const { conversation_id: named, ...metadata } = this.metadata ?? {};
    const conversationId = conversationIdIn(named);
    const externalUserId = this.user || this.safety_identifier;
    return {
      ...{
        model: this.model,
        content: questionIn(this.messages),
        options: this.#options,
        metadata,
      },
      ...(conversationId ? { conversationId } : {}),
      ...(externalUserId ? { externalUserId } : {}),
    };
  }

  get #options(): TurnOptions {
    const answerSchema = answerSchemaIn(this.response_format);
    return {
      earlier: earlierIn(this.messages),
      ...(answerSchema ? { answerSchema } : {}),
      ...(this.reasoning_effort ? { reasoningEffort: this.reasoning_effort } : {}),
    };
  }
}

/** @throws InvalidFields when a form is named and not told. */
function answerSchemaIn(format: ResponseFormatDto | null | undefined): AnswerSchema | undefined {
  if (format?.type !== 'json_schema') return undefined;
  const { json_schema: form } = format;
  if (!form)
    throw new InvalidFields([
      { path: 'response_format.json_schema', message: 'must be the form of the answer' },
    ]);
  return { name: form.name, schema: form.schema, isStrict: form.strict ?? false };
}
