import { OmitType } from '@nestjs/swagger';
import { BooleanField, ChoiceField, ChoiceListField, IntegerField, TextField } from '#common/validation';
import {
  type PrivacyDefault,
  type PrivacyDraft,
  REDACTED_KINDS,
  type RedactedKind,
  STORAGE_MODES,
  type StorageMode,
} from '../privacy.types.js';

export class BotPrivacyDto implements PrivacyDraft {
  @ChoiceField(STORAGE_MODES, {
    name: 'StorageMode',
    optional: true,
    example: 'full',
    description:
      '`full` keeps all (the default). `without_text` keeps messages, counts, costs and sources, and no text of questions, answers, quotes, tools and comments; topics are told by the titles of what answers cite. `none` keeps no message at all, nor who the visitor is; usage is counted. Where no text is kept, a conversation is remembered for half an hour in the memory of the process that answers.',
  })
  readonly storage?: StorageMode;

  @ChoiceListField(REDACTED_KINDS, {
    name: 'RedactedKind',
    optional: true,
    example: ['email', 'card'],
    description:
      'What is taken out before anything is kept: of questions, answers, quotes, inputs and outputs of tools, metadata and comments. `[email]` then stands where an address stood. The answer that the visitor sees is not changed. Names are found where somebody tells theirs, or by a title.',
  })
  readonly redact?: RedactedKind[];

  @BooleanField({
    optional: true,
    example: false,
    description: 'Whether the model gets the question without what is taken out, too. False by default.',
  })
  readonly redactForModel?: boolean;

  @TextField({
    optional: true,
    nullable: true,
    min: 2,
    max: 2,
    pattern: /^[A-Z]{2}$/,
    example: 'DE',
    description:
      'Whose national way of writing phone numbers is known: ISO 3166. International numbers always are.',
  })
  readonly phoneRegion?: string | null;

  @IntegerField({
    optional: true,
    nullable: true,
    min: 1,
    max: 36_500,
    example: 365,
    description:
      'Messages are removed when they are so many days old, within a day. Null, the default, keeps them.',
  })
  readonly retentionDays?: number | null;

  @BooleanField({
    optional: true,
    example: false,
    description: 'Nothing of this bot is removed by age, and nobody in its conversations can be erased.',
  })
  readonly legalHold?: boolean;
}

/** A hold is for bots that are there. */
export class BotPrivacyDefaultDto
  extends OmitType(BotPrivacyDto, ['legalHold'] as const)
  implements PrivacyDefault {}
