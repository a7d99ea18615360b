import { OmitType, PartialType } from '@nestjs/swagger';
import { CreateTableDto } from './create-table.dto.js';

export class UpdateTableDto extends PartialType(OmitType(CreateTableDto, ['fields'] as const), {
  skipNullProperties: false,
}) {}
