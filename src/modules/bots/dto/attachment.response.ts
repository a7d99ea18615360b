import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import type { Page } from '#common/database';
import type { Attachment } from '#modules/datasources';
import { PassageFilterDto } from './passage-filter.dto.js';

export class AttachmentResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly datasourceId!: string;

  @ApiProperty({ type: 'number', minimum: 0.1, maximum: 10, example: 1 })
  readonly weight!: number;

  @ApiProperty({ type: () => PassageFilterDto, nullable: true })
  readonly filter!: PassageFilterDto | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly attachedAt!: Date;

  static from({ datasourceId, weight, filter, attachedAt }: Attachment): AttachmentResponse {
    return { datasourceId, weight, filter, attachedAt };
  }
}

export class AttachmentPage extends pageOf(AttachmentResponse) {
  static from({ data, nextCursor }: Page<Attachment>): AttachmentPage {
    return { data: data.map((attachment) => AttachmentResponse.from(attachment)), nextCursor };
  }
}
