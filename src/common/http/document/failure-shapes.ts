import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { InvalidFields } from '#common/errors';
import { OPENAI_ERROR_TYPES, openAiCodeOf, openAiErrorOf, openAiStatusOf } from '../openai-error.js';
import { Problem } from '../problem.js';
import { TITLE_OF_STATUS } from '../status-codes.js';
import type { DescribedRoute } from './document-parts.js';

interface ExampleFacts {
  readonly status: number;
  /** As the shape tells it. */
  readonly code: string;
  readonly detail: string;
}

/** How failures look on the routes of one protocol. */
export interface FailureShape {
  /** Keeps apart the names of what is the same but for its shape. */
  readonly prefix: string;
  readonly mediaType: string;
  statusOf(status: number): number;
  codeOf(code: string): string;
  /** Two parts, so that clients have one type for all failures and know the codes of each route. */
  schemaWith(codes: readonly string[]): object;
  exampleOf(facts: ExampleFacts): object;
}

const problemShape: FailureShape = {
  prefix: '',
  mediaType: 'application/problem+json',
  statusOf: (status) => status,
  codeOf: (code) => code,
  schemaWith: (codes) => ({
    allOf: [
      { $ref: getSchemaPath(Problem) },
      { properties: { code: { type: 'string', enum: codes } }, required: ['code'] },
    ],
  }),
  exampleOf: ({ status, code, detail }): Problem => ({
    ...{ type: 'about:blank', title: TITLE_OF_STATUS[status] ?? 'Error', status, detail, code },
    requestId: '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a',
    ...(code === InvalidFields.code ? { errors: [{ path: 'name', message: 'must not be blank' }] } : {}),
  }),
};

const openAiShape: FailureShape = {
  prefix: 'OpenAi',
  mediaType: 'application/json',
  statusOf: openAiStatusOf,
  codeOf: openAiCodeOf,
  schemaWith: (codes) => ({
    allOf: [
      { $ref: getSchemaPath('OpenAiError') },
      {
        properties: {
          error: {
            type: 'object',
            properties: { code: { type: 'string', enum: codes } },
            required: ['code'],
            additionalProperties: true,
          },
        },
        required: ['error'],
      },
    ],
  }),
  exampleOf: (facts) =>
    openAiErrorOf({
      ...facts,
      ...(facts.code === InvalidFields.code
        ? { errors: [{ path: 'model', message: 'must not be blank' }] }
        : {}),
    }),
};

/** Clients of OpenAI are answered in its words, as `ProblemFilter` does. */
export function shapeOf({ speaksOpenAi }: DescribedRoute): FailureShape {
  return speaksOpenAi ? openAiShape : problemShape;
}

/** What no class describes: how clients of OpenAI are told of failures. */
export const OPENAI_ERROR_SCHEMA: NonNullable<NonNullable<OpenAPIObject['components']>['schemas']> = {
  OpenAiError: {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['message', 'type', 'code', 'param'],
        properties: {
          message: { type: 'string', example: 'messages must end with a message of role user.' },
          type: { type: 'string', enum: [...OPENAI_ERROR_TYPES] },
          code: { type: 'string', example: 'invalid_fields', description: 'Stable; decide by this.' },
          param: {
            type: 'string',
            nullable: true,
            example: 'messages',
            description: 'The field that is wrong.',
          },
        },
      },
    },
  },
};
