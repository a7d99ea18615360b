import { OmitType, PartialType } from '@nestjs/swagger';
import { CreateFieldDto } from './create-field.dto.js';

export class UpdateFieldDto extends PartialType(
  OmitType(CreateFieldDto, ['key', 'type', 'linkedTableId'] as const),
  { skipNullProperties: false },
) {}
