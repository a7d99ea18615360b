import { BooleanField, ChoiceField, IdField, TextField } from '#common/validation';
import type { TopicChanges } from '../insights.types.js';
import type { RunMode } from '../jobs/run-insights.job.js';

const MODES = ['update', 'rebuild'] as const;

export class RunInsightsDto {
  @ChoiceField(MODES, {
    ...{ name: 'InsightsRunMode', optional: true, example: 'update' },
    description:
      '`update`, the default, adds what is new. `rebuild` reads all conversations again, also those that were imported with times of their own, and finds topics anew; what the team has decided stays.',
  })
  readonly mode: RunMode = 'update';
}

export class ChangeTopicDto implements TopicChanges {
  @TextField({ optional: true, max: 80, example: 'Delivery abroad' })
  readonly name?: string;

  @IdField({
    optional: true,
    nullable: true,
    description: 'The area that the topic belongs to from now on; null for none.',
  })
  readonly parentId?: string | null;

  @BooleanField({
    optional: true,
    description: 'Whether it stays although nobody asks about it.',
    example: true,
  })
  readonly isPinned?: boolean;

  @BooleanField({ optional: true, description: 'Whether lists leave it out.', example: false })
  readonly isHidden?: boolean;
}

export class UniteTopicsDto {
  @IdField({
    example: '0199e0a2-5f3c-7a41-9b7e-2f6d8c1e4a90',
    description: 'The topic, or area, that becomes part of this one and is gone.',
  })
  readonly topicId!: string;
}

export class PlaceQuestionDto {
  @IdField({
    example: '0199e0a2-5f3c-7a41-9b7e-2f6d8c1e4a90',
    description: 'The topic that the question belongs to from now on.',
  })
  readonly topicId!: string;
}
