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
import type { BotQuestion } from '../channels.types.js';
import { conversationIdIn, earlierIn, questionIn } from '../question.js';
import { type Content, ContentField } from './content-field.decorator.js';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const;
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
        earlier: earlierIn(this.messages),
        metadata,
      },
      ...(conversationId ? { conversationId } : {}),
      ...(externalUserId ? { externalUserId } : {}),
    };
  }
}
