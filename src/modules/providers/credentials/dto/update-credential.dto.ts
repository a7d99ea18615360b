import { OmitType, PartialType } from '@nestjs/swagger';
import { CreateCredentialDto } from './create-credential.dto.js';

export class UpdateCredentialDto extends PartialType(OmitType(CreateCredentialDto, ['provider'] as const), {
  skipNullProperties: false,
}) {}
