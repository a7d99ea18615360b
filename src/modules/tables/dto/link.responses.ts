import { ApiProperty } from '@nestjs/swagger';
import { type JobRef, JobRefResponse } from '#common/jobs';
import type { FieldType } from '../tables.types.js';
import { FIELD_TYPES } from '../tables.types.js';
import type { LinkedField, LinkProblem, LinkReport, TableLink } from '../remote/remote.types.js';

export class LinkedFieldResponse {
  @ApiProperty({ type: 'string', example: 'f6' })
  readonly remoteId!: string;

  @ApiProperty({ type: 'string', example: 'Budget' })
  readonly name!: string;

  @ApiProperty({ type: 'string', example: 'decimal', description: 'What the other service calls its type.' })
  readonly remoteType!: string;

  @ApiProperty({ type: 'string', enum: [...FIELD_TYPES], enumName: 'FieldType' })
  readonly type!: FieldType;

  @ApiProperty({ type: 'string', format: 'uuid', description: 'The field of the hosted table.' })
  readonly fieldId!: string;

  @ApiProperty({ type: 'boolean', description: 'Whether changes can be written back.' })
  readonly isWritable!: boolean;

  static from({ id, name, remoteType, type, fieldId, isWritable }: LinkedField): LinkedFieldResponse {
    return { remoteId: id, name, remoteType, type, fieldId, isWritable };
  }
}

export class LinkProblemResponse implements LinkProblem {
  @ApiProperty({
    type: 'string',
    example: '01HZX3V7Q2M4N8P6R5T9W0Y1B2',
    description: 'Of the remote table; of this one where it is only here.',
  })
  readonly recordId!: string;

  @ApiProperty({ type: 'string', example: 'Budget: must be a number' })
  readonly reason!: string;
}

export class LinkReportResponse {
  @ApiProperty({ type: 'integer', example: 12 })
  readonly added!: number;

  @ApiProperty({ type: 'integer', example: 3 })
  readonly changed!: number;

  @ApiProperty({ type: 'integer', example: 480 })
  readonly unchanged!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  readonly deleted!: number;

  @ApiProperty({ type: 'integer', example: 1, description: 'They kept what they had; `problems` says why.' })
  readonly failed!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Records that were written to the remote table.' })
  readonly pushed!: number;

  @ApiProperty({ type: 'array', items: { type: 'string' }, example: ['Budget'] })
  readonly fieldsAdded!: readonly string[];

  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    example: [],
    description: 'Fields that the remote table has no more. They stay here, as they were.',
  })
  readonly fieldsGone!: readonly string[];

  @ApiProperty({ type: () => LinkProblemResponse, isArray: true, description: 'The first hundred.' })
  readonly problems!: LinkProblemResponse[];

  static from({ problems, ...counts }: LinkReport): LinkReportResponse {
    return { ...counts, problems: problems.map(({ recordId, reason }) => ({ recordId, reason })) };
  }
}

export class LinkErrorResponse {
  @ApiProperty({ type: 'string', example: 'tables.remote_refused' })
  readonly code!: string;

  @ApiProperty({
    type: 'string',
    example: 'The other service refuses the credentials of the connection, or what was asked with them.',
  })
  readonly message!: string;
}

export class TableLinkResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly tableId!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly connectionId!: string;

  @ApiProperty({ type: 'string', example: '01HZX3V7Q2M4N8P6R5T9W0Y1B2' })
  readonly remoteTableId!: string;

  @ApiProperty({ type: 'string', example: 'Leads' })
  readonly remoteName!: string;

  @ApiProperty({ type: 'boolean' })
  readonly pushBack!: boolean;

  @ApiProperty({
    type: 'boolean',
    description: 'Whether the remote table is to be read, or being read just now.',
  })
  readonly isSyncing!: boolean;

  @ApiProperty({ type: () => LinkedFieldResponse, isArray: true })
  readonly fields!: LinkedFieldResponse[];

  @ApiProperty({
    type: () => LinkReportResponse,
    nullable: true,
    description: 'Of the last time that all of the remote table was taken over.',
  })
  readonly report!: LinkReportResponse | null;

  @ApiProperty({
    type: () => LinkReportResponse,
    nullable: true,
    description: 'Of the last time that changes made here were written to it.',
  })
  readonly pushReport!: LinkReportResponse | null;

  @ApiProperty({
    type: () => LinkErrorResponse,
    nullable: true,
    description: 'Why the last run did not end well.',
  })
  readonly lastError!: LinkErrorResponse | null;

  @ApiProperty({
    type: () => JobRefResponse,
    nullable: true,
    description: 'Of the last sync that was asked for.',
  })
  readonly job!: JobRef | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When all of the remote table had last been taken over.',
  })
  readonly syncedAt!: Date | null;

  static from(link: TableLink): TableLinkResponse {
    const { id, tableId, connectionId, remoteTableId, remoteName, pushBack, createdAt, syncedAt } = link;
    return {
      ...{ id, tableId, connectionId, remoteTableId, remoteName, pushBack, createdAt, syncedAt },
      isSyncing: link.wantedAt !== null,
      fields: link.fields.map((field) => LinkedFieldResponse.from(field)),
      report: link.report && LinkReportResponse.from(link.report),
      pushReport: link.pushReport && LinkReportResponse.from(link.pushReport),
      lastError: link.lastError && { code: link.lastError.code, message: link.lastError.message },
      job: link.jobId === null || link.jobState === null ? null : { id: link.jobId, state: link.jobState },
    };
  }
}
