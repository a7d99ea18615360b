import {
  ChoiceField,
  CursorField,
  DEFAULT_PAGE_SIZE,
  IdField,
  InstantField,
  LimitField,
  TextField,
} from '#common/validation';
import { CALL_KINDS, type CallKind } from '../../providers.types.js';
import { keyIn } from '../usage-cursor.js';
import { USAGE_GROUPS, type UsageFilter, type UsageGroup } from '../usage.types.js';

const USUAL_DAYS = 30;
const DAY_MS = 86_400_000;

export class UsageQuery {
  @ChoiceField(USAGE_GROUPS, {
    name: 'UsageGroup',
    optional: true,
    description: 'What is summed up; `day` by default.',
  })
  readonly groupBy: UsageGroup = 'day';

  @InstantField({ optional: true, description: 'Calls from then on; by default of the last 30 days.' })
  readonly from?: string;

  @InstantField({ optional: true, description: 'Calls before then; by default until now.' })
  readonly to?: string;

  @ChoiceField(CALL_KINDS, {
    ...{ name: 'CallKind', optional: true },
    description: 'Calls of this kind; by default of each.',
  })
  readonly kind?: CallKind;

  @IdField({ optional: true, description: 'Calls of this bot.' })
  readonly botId?: string;

  @TextField({ optional: true, max: 40, description: 'Calls of this provider.' })
  readonly provider?: string;

  @TextField({ optional: true, max: 200, description: 'Calls of this model.' })
  readonly model?: string;

  @LimitField()
  readonly limit: number = DEFAULT_PAGE_SIZE;

  @CursorField({ max: 1_000 })
  readonly cursor?: string;

  /** @param now what "until now" means. */
  toFilter(now: Date): UsageFilter {
    const { kind, botId, provider, model } = this;
    const to = this.to ? new Date(this.to) : now;
    const from = this.from ? new Date(this.from) : new Date(to.getTime() - USUAL_DAYS * DAY_MS);
    return {
      ...{ from, to },
      ...(kind ? { kind } : {}),
      ...(botId ? { botId } : {}),
      ...(provider ? { provider } : {}),
      ...(model ? { model } : {}),
    };
  }

  /** The key after which to go on. @throws InvalidFields */
  get after(): string | null {
    return this.cursor === undefined ? null : keyIn(this.cursor, this.groupBy);
  }
}
