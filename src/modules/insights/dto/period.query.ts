import { BooleanQuery, ChoiceField, IdField, InstantField, PageQuery } from '#common/validation';
import type { QuestionFilter, TopicFilter } from '../insights.types.js';
import type { PeriodWish } from '../period.js';

const FROM = 'Asked then or later; by default 30 days before `to`. At most 732 days before it.';
const TO = 'Asked before then; by default until now.';
const LEVELS = ['area', 'topic'] as const;

function wishOf({ from, to }: { readonly from?: string; readonly to?: string }): PeriodWish {
  return { ...(from ? { from: new Date(from) } : {}), ...(to ? { to: new Date(to) } : {}) };
}

export class PeriodQuery {
  @InstantField({ optional: true, description: FROM })
  readonly from?: string;

  @InstantField({ optional: true, description: TO })
  readonly to?: string;

  toPeriod(): PeriodWish {
    return wishOf(this);
  }
}

class PeriodPageQuery extends PageQuery {
  @InstantField({ optional: true, description: FROM })
  readonly from?: string;

  @InstantField({ optional: true, description: TO })
  readonly to?: string;

  toPeriod(): PeriodWish {
    return wishOf(this);
  }
}

export class ListTopicsQuery extends PeriodPageQuery {
  @ChoiceField(LEVELS, { name: 'TopicLevel', optional: true, description: 'Only areas, or only topics.' })
  readonly level?: (typeof LEVELS)[number];

  @IdField({ optional: true, description: 'Topics of this area.' })
  readonly parentId?: string;

  @BooleanQuery({
    optional: true,
    description: 'Whether hidden ones are shown, too; they are not by default.',
  })
  readonly hidden?: boolean;

  toFilter(): TopicFilter {
    return {
      hidden: this.hidden ?? false,
      ...(this.level ? { level: this.level === 'area' ? 1 : 2 } : {}),
      ...(this.parentId ? { parentId: this.parentId } : {}),
    };
  }
}

export class ListQuestionsQuery extends PeriodPageQuery {
  @IdField({ optional: true, description: 'Questions of this topic.' })
  readonly topicId?: string;

  toFilter(): QuestionFilter {
    return this.topicId ? { topicId: this.topicId } : {};
  }
}
