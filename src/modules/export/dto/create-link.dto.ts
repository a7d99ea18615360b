import { BooleanField, IntegerField } from '#common/validation';
import { DEFAULT_LINK_SECONDS, type LinkDraft, MAX_LINK_SECONDS } from '../links/export-link.types.js';

export class CreateLinkDto implements LinkDraft {
  @IntegerField({
    optional: true,
    min: 1,
    max: MAX_LINK_SECONDS,
    default: DEFAULT_LINK_SECONDS,
    example: DEFAULT_LINK_SECONDS,
    description: 'How long it can be used; never longer than the file is kept.',
  })
  readonly expiresInSeconds?: number;

  @BooleanField({
    optional: true,
    example: false,
    description: 'Whether the first download is the last; one that breaks off cannot be resumed then.',
  })
  readonly singleUse?: boolean;
}
