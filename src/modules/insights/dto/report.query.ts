import { TextField } from '#common/validation';
import type { ReportWish } from '../report.types.js';
import { PeriodQuery } from './period.query.js';
import { timeZoneOf } from './trends.dtos.js';

export class ReportQuery extends PeriodQuery {
  @TextField({
    ...{ max: 64, optional: true, example: 'Europe/Berlin' },
    description: 'The IANA time zone whose days and hours are shown; UTC by default.',
  })
  readonly timezone?: string;

  /** @throws InvalidFields */
  toReport(): ReportWish {
    return { ...this.toPeriod(), timeZone: timeZoneOf(this.timezone ?? 'UTC') };
  }
}
