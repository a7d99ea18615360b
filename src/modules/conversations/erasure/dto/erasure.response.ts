import { ApiProperty } from '@nestjs/swagger';
import { JobRefResponse } from '#common/jobs';
import { pageOf } from '#common/validation';
import type { Erasure } from '../erasure.types.js';

export class ErasureResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    type: 'string',
    description: 'SHA-256 of the `externalUserId`, in hexadecimal digits. The id itself is forgotten, too.',
    example: 'd5f4c3c1b2a697887766554433221100ffeeddccbbaa99887766554433221100',
  })
  readonly subjectHash!: string;

  @ApiProperty({ type: 'string', format: 'uuid', description: 'The user or the API key who asked for it.' })
  readonly requestedById!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer', minimum: 0 },
    description:
      'How many of what were removed: rows by their tables, and files, events, jobs and kept answers.',
    example: { conversations: 2, messages: 14, message_citations: 5, message_feedback: 1 },
  })
  readonly removed!: Readonly<Record<string, number>>;

  @ApiProperty({ type: () => JobRefResponse, nullable: true })
  readonly job!: JobRefResponse | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Since when nothing is left. From then on this is the certificate.',
  })
  readonly finishedAt!: Date | null;

  static from({
    id,
    subjectHash,
    requestedById,
    removed,
    jobId,
    jobState,
    createdAt,
    finishedAt,
  }: Erasure): ErasureResponse {
    const job = jobId !== null && jobState !== null ? { id: jobId, state: jobState } : null;
    return { id, subjectHash, requestedById, removed, job, createdAt, finishedAt };
  }
}

export class ErasurePage extends pageOf(ErasureResponse) {}
