import { InvalidFields } from '#common/errors';
import { isTimeZone } from '#common/time';
import { ChoiceField, TextField } from '#common/validation';
import {
  TRANSCRIPT_FORMATS,
  TRANSCRIPT_VIEWS,
  type TranscriptFormat,
  type TranscriptView,
  type TranscriptWish,
} from '../transcripts/transcript.types.js';

export class TranscriptQuery {
  @ChoiceField(TRANSCRIPT_FORMATS, {
    ...{ name: 'TranscriptFormat', optional: true },
    description: 'Markdown by default.',
  })
  readonly format?: TranscriptFormat;

  @ChoiceField(TRANSCRIPT_VIEWS, {
    ...{ name: 'TranscriptView', optional: true },
    description:
      'As the visitor has seen it, which is the default; or as the team sees it, with tools, models, costs, ratings and corrections.',
  })
  readonly view?: TranscriptView;

  @TextField({
    ...{ max: 64, optional: true, example: 'Europe/Berlin' },
    description:
      'The IANA time zone whose clocks the times are of; UTC by default. JSON has them in UTC always.',
  })
  readonly timezone?: string;

  /** @throws InvalidFields */
  toWish(): TranscriptWish {
    const { format = 'markdown', view = 'visitor', timezone: timeZone = 'UTC' } = this;
    if (isTimeZone(timeZone)) return { format, view, timeZone };
    const message = 'must be an IANA time zone, for example Europe/Oslo';
    throw new InvalidFields([{ path: 'timezone', message }]);
  }
}
