import { ApiProperty, OmitType } from '@nestjs/swagger';
import {
  type BotPrivacy,
  REDACTED_KINDS,
  type RedactedKind,
  STORAGE_MODES,
  type StorageMode,
} from '../privacy.types.js';

export class BotPrivacyResponse {
  @ApiProperty({ type: 'string', enum: [...STORAGE_MODES], enumName: 'StorageMode', example: 'full' })
  readonly storage!: StorageMode;

  @ApiProperty({ isArray: true, enum: [...REDACTED_KINDS], enumName: 'RedactedKind', example: ['email'] })
  readonly redact!: RedactedKind[];

  @ApiProperty({ type: 'boolean', example: false })
  readonly redactForModel!: boolean;

  @ApiProperty({ type: 'string', nullable: true, example: 'DE' })
  readonly phoneRegion!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 365 })
  readonly retentionDays!: number | null;

  @ApiProperty({ type: 'boolean', example: false })
  readonly legalHold!: boolean;

  static from(privacy: BotPrivacy): BotPrivacyResponse {
    const { storage, redact, redactForModel, phoneRegion, retentionDays, legalHold } = privacy;
    return { storage, redact: [...redact], redactForModel, phoneRegion, retentionDays, legalHold };
  }
}

export class BotPrivacyDefaultResponse extends OmitType(BotPrivacyResponse, ['legalHold'] as const) {
  static of({
    storage,
    redact,
    redactForModel,
    phoneRegion,
    retentionDays,
  }: BotPrivacy): BotPrivacyDefaultResponse {
    return { storage, redact: [...redact], redactForModel, phoneRegion, retentionDays };
  }
}
