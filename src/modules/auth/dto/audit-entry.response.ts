import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import type { AuditActorKind, AuditEntry } from '../audit/audit.types.js';

const ACTOR_KINDS: readonly AuditActorKind[] = ['user', 'apiKey', 'link', 'system'];

export class AuditEntryResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'export.download' })
  readonly action!: string;

  @ApiProperty({ type: 'string', example: 'Export', description: 'What kind of thing it was done to.' })
  readonly subject!: string;

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  readonly subjectId!: string | null;

  @ApiProperty({
    type: 'string',
    enum: [...ACTOR_KINDS],
    enumName: 'AuditActorKind',
    description: '`link`: whoever held a signed link; `system`: the product by itself.',
  })
  readonly actorKind!: AuditActorKind;

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  readonly actorId!: string | null;

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'The user behind it.' })
  readonly userId!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { bytes: 1_024 } })
  readonly details!: Readonly<Record<string, unknown>>;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: '01987a3e-7f2b-7c44-9a51-0d1c2b3a4f5e',
    description: 'Of the request in which it was done.',
  })
  readonly requestId!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  static from({ workspaceId: _, ...entry }: AuditEntry): AuditEntryResponse {
    return entry;
  }
}

export class AuditEntryPage extends pageOf(AuditEntryResponse) {}
