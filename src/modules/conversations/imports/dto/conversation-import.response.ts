import { ApiProperty } from '@nestjs/swagger';
import { JobRefResponse } from '#common/jobs';
import { CONVERSATION_FORMATS } from '../conversation-import.types.js';
import type { ConversationImportView } from '../conversation-imports.service.js';

export class LineProblemResponse {
  @ApiProperty({ type: 'integer', minimum: 1, example: 17 })
  readonly line!: number;

  @ApiProperty({ type: 'string', example: 'messages.3.role is none of user, assistant, tool' })
  readonly message!: string;
}

export class ConversationImportResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly botId!: string;

  @ApiProperty({ type: 'string', enum: [...CONVERSATION_FORMATS], enumName: 'ConversationFormat' })
  readonly format!: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 48_211, description: 'Of the file, as it was sent.' })
  readonly bytes!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 12, description: 'Conversations that were written.' })
  readonly conversations!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 96 })
  readonly messages!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 3,
    description: 'Conversations that an earlier import brought already.',
  })
  readonly known!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 1, description: 'Lines that were not taken.' })
  readonly rejected!: number;

  @ApiProperty({ type: () => LineProblemResponse, isArray: true, description: 'The first hundred of them.' })
  readonly problems!: LineProblemResponse[];

  @ApiProperty({ type: () => JobRefResponse, nullable: true })
  readonly job!: JobRefResponse | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly finishedAt!: Date | null;

  static from({ one, problems }: ConversationImportView): ConversationImportResponse {
    const { id, botId, format, bytes, conversations, messages, known, rejected, createdAt, finishedAt } = one;
    const job = one.jobId !== null && one.jobState !== null ? { id: one.jobId, state: one.jobState } : null;
    const told = problems.map(({ line, message }) => ({ line, message }));
    return {
      ...{ id, botId, format, bytes, conversations, messages, known, rejected, problems: told },
      ...{ job, createdAt, finishedAt },
    };
  }
}
