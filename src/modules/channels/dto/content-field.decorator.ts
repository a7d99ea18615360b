import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';

/** A piece of a message. Kinds besides `text` may stand in earlier messages, and are not read. */
export class ContentPart {
  @ApiProperty({ type: 'string', example: 'text' })
  readonly type!: string;

  @ApiProperty({ type: 'string', required: false, example: 'How long is the warranty?' })
  readonly text?: string;
}

/** What a message says: a text, pieces, or nothing where it only calls tools. */
export type Content = string | readonly ContentPart[] | null;

/** A text or pieces of one. What may be asked is checked where the question is looked for. */
export function ContentField(): PropertyDecorator {
  return applyDecorators(
    (target: object) => {
      ApiExtraModels(ContentPart)(target.constructor);
    },
    ApiProperty({
      required: false,
      description: 'A text, or its pieces. The last message must have text, of 16,000 characters at most.',
      oneOf: [
        { type: 'string', nullable: true },
        { type: 'array', items: { $ref: getSchemaPath(ContentPart) } },
      ],
      example: 'How long is the warranty?',
    }),
    ValidateBy({
      name: 'isContent',
      validator: {
        validate: isContent,
        defaultMessage: () =>
          '$property must be a text or a list of parts such as {"type": "text", "text": "..."}',
      },
    }),
  );
}

function isContent(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'string') return true;
  return Array.isArray(value) && value.every(isPart);
}

function isPart(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  if (value.type === 'text' && !('text' in value)) return false;
  return typeof value.type === 'string' && (!('text' in value) || typeof value.text === 'string');
}
