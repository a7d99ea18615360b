import { ApiProperty } from '@nestjs/swagger';
import { JobRefResponse } from '#common/jobs';
import { IdField, TextField } from '#common/validation';
import { IMPORTED_AUTHOR, IMPORTED_ID } from './imported-author.js';
import type { Correction, CorrectionDraft, LearnedCorrection } from '../corrections/corrections.types.js';

export class PutCorrectionDto implements CorrectionDraft {
  @TextField({
    max: 20_000,
    example: 'The lamp comes with a warranty of 24 months.',
    description: 'What the answer should have been.',
  })
  readonly content!: string;

  @TextField({
    optional: true,
    max: 2_000,
    example: 'How long is the warranty of the lamp?',
    description: 'The question as the bot is to learn it. By default as it was asked.',
  })
  readonly question?: string;
}

export class LearnCorrectionDto {
  @IdField({
    optional: true,
    example: '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a',
    description: "A source of the type `qa`. By default the bot's own, which is made when it has none.",
  })
  readonly datasourceId?: string;
}

export class CorrectionResponse {
  @ApiProperty({ type: 'string', format: 'uuid', description: 'The answer, which stays as it was given.' })
  readonly messageId!: string;

  @ApiProperty({ type: 'string', example: 'How long is the warranty of the lamp?' })
  readonly question!: string;

  @ApiProperty({ type: 'string', example: 'The lamp comes with a warranty of 24 months.' })
  readonly content!: string;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'The user or API key that made it.',
  })
  readonly actorId!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: IMPORTED_ID, description: IMPORTED_AUTHOR })
  readonly importedAuthor!: string | null;

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'The source that holds it.' })
  readonly learnedDatasourceId!: string | null;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'The pair that it became there.',
  })
  readonly learnedItemId!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly updatedAt!: Date;

  static from({ createdAt, updatedAt, ...correction }: Correction): CorrectionResponse {
    return { ...correction, createdAt: new Date(createdAt), updatedAt: new Date(updatedAt) };
  }
}

export class LearnedCorrectionResponse extends CorrectionResponse {
  @ApiProperty({ type: () => JobRefResponse, description: 'Once it has succeeded, the bot answers from it.' })
  readonly job!: JobRefResponse;

  static fromLearned({ correction, job }: LearnedCorrection): LearnedCorrectionResponse {
    return Object.assign(CorrectionResponse.from(correction), { job });
  }
}
