import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import type { PassageExcerpt } from '#modules/datasources';
import type { AnswerTrace } from '../conversations.types.js';
import type { TeamMessage } from '../team-view/team-view.types.js';
import { CorrectionResponse } from './correction.dto.js';
import { IMPORTED_AUTHOR, IMPORTED_ID } from './imported-author.js';
import { AnsweringModelResponse, MessageResponse } from './message.response.js';

export class FoundPassageResponse {
  @ApiProperty({
    ...{ type: 'string', format: 'uuid', nullable: true },
    description: 'The passage; null where a table was asked.',
  })
  readonly chunkId!: string | null;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly documentId!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly datasourceId!: string;

  @ApiProperty({ type: 'number', minimum: 0, maximum: 1, example: 0.8213 })
  readonly score!: number;

  @ApiProperty({
    ...{ type: 'string', nullable: true, example: 'Help for customers' },
    description: 'Of the document; null when the passage is not there any more.',
  })
  readonly title!: string | null;

  @ApiProperty({
    ...{ type: 'string', nullable: true, example: 'The lamp comes with a warranty of 24 months.' },
    description: 'How the passage begins today; null when it is not there any more.',
  })
  readonly excerpt!: string | null;
}

export class PromptSizeResponse {
  @ApiProperty({ type: 'integer', minimum: 0, example: 5 })
  readonly messages!: number;

  @ApiProperty({
    ...{ type: 'integer', minimum: 0, example: 6_120 },
    description: 'Characters of instructions, messages and sources.',
  })
  readonly chars!: number;
}

export class TracedCallResponse extends AnsweringModelResponse {
  @ApiProperty({ type: 'string', enum: ['answered', 'failed', 'aborted'], enumName: 'CallOutcome' })
  readonly outcome!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'provider_overloaded',
    description: 'Why it failed.',
  })
  readonly code!: string | null;

  @ApiProperty({ type: 'integer', minimum: 0, example: 1_210 })
  readonly latencyMs!: number;

  @ApiProperty({ type: 'integer', minimum: 0, nullable: true, example: 290 })
  readonly firstTokenMs!: number | null;

  @ApiProperty({
    ...{ type: 'number', minimum: 0, nullable: true, example: 0.0021 },
    description: 'Null when it is not known.',
  })
  readonly costUsd!: number | null;
}

export class AnswerTraceResponse {
  @ApiProperty({
    ...{ type: () => FoundPassageResponse, isArray: true },
    description: 'What was found, the best first, 24 at most.',
  })
  readonly found!: FoundPassageResponse[];

  @ApiProperty({ type: 'boolean', description: 'Whether the sources held what was asked about.' })
  readonly supported!: boolean;

  @ApiProperty({
    ...{ type: () => PromptSizeResponse, nullable: true },
    description: 'The largest prompt; null when no model was asked.',
  })
  readonly prompt!: PromptSizeResponse | null;

  @ApiProperty({
    ...{ type: 'integer', minimum: 0, nullable: true, example: 24 },
    description: 'From the question until the sources had been searched, in milliseconds.',
  })
  readonly retrievedMs!: number | null;

  @ApiProperty({
    ...{ type: () => TracedCallResponse, isArray: true },
    description: 'Calls of models in order, failed ones included, the last 16.',
  })
  readonly calls!: readonly TracedCallResponse[];

  static from(
    { found, supported, prompt, retrievedMs, calls }: AnswerTrace,
    passages: ReadonlyMap<string, PassageExcerpt>,
  ): AnswerTraceResponse {
    return {
      ...{ supported, prompt, retrievedMs, calls },
      found: found.map(([chunkId, documentId, datasourceId, score]) => {
        const passage = chunkId === null ? undefined : passages.get(chunkId);
        const [title, excerpt] = [passage?.title ?? null, passage?.text ?? null];
        return { chunkId, documentId, datasourceId, score, title, excerpt };
      }),
    };
  }
}

export class TeamMessageResponse extends MessageResponse {
  @ApiProperty({
    ...{ type: 'string', format: 'uuid', nullable: true },
    description: 'The member who said it in place of the bot.',
  })
  readonly authorId!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: IMPORTED_ID, description: IMPORTED_AUTHOR })
  readonly importedAuthor!: string | null;

  @ApiProperty({ type: () => AnswerTraceResponse, required: false })
  readonly trace?: AnswerTraceResponse;

  @ApiProperty({
    ...{ type: () => CorrectionResponse, required: false },
    description: 'What the answer should have been.',
  })
  readonly correction?: CorrectionResponse;

  static of({ view, passages, correction }: TeamMessage): TeamMessageResponse {
    const { trace, authorId, importedAuthor } = view.message;
    return Object.assign(MessageResponse.from(view), {
      ...{ authorId, importedAuthor },
      ...(trace ? { trace: AnswerTraceResponse.from(trace, passages) } : {}),
      ...(correction ? { correction: CorrectionResponse.from(correction) } : {}),
    });
  }
}

export class TeamMessagePage extends pageOf(TeamMessageResponse) {}
