import {
  BooleanField,
  ChoiceField,
  IdField,
  InstantField,
  IntegerField,
  NumberField,
  TextField,
  TextMapField,
} from '#common/validation';
import type { FilterFields } from '#modules/conversations';

const CHANNELS = ['api', 'playground', 'openai'] as const;
const RATINGS = ['up', 'down'] as const;
const STATUSES = ['open', 'resolved', 'archived'] as const;
const UUID = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

/** Which conversations: the filter of the list of them. */
export class ExportFilterDto implements FilterFields {
  @TextField({
    optional: true,
    max: 2_000,
    example: 'warranty "24 months" -lamp',
    description: 'Holds a message in which this is found, as in the list of conversations.',
  })
  readonly q?: string;

  @InstantField({ optional: true, description: 'Began then or later, for example 2026-01-01T00:00:00Z.' })
  readonly from?: string;

  @InstantField({ optional: true, description: 'Began before then, for example 2026-02-01T00:00:00Z.' })
  readonly to?: string;

  @IdField({ optional: true, description: 'With this bot.' })
  readonly botId?: string;

  @ChoiceField(CHANNELS, { name: 'Channel', optional: true, description: 'Held there.' })
  readonly channel?: (typeof CHANNELS)[number];

  @TextField({
    optional: true,
    max: 200,
    example: 'customer-4711',
    description: 'With this person, as you name your users.',
  })
  readonly externalUserId?: string;

  @ChoiceField(RATINGS, { name: 'Rating', optional: true, description: 'Has an answer that was rated so.' })
  readonly rating?: (typeof RATINGS)[number];

  @TextField({ optional: true, max: 60, example: 'warranty', description: 'Carries this tag.' })
  readonly tag?: string;

  @ChoiceField(STATUSES, { name: 'ConversationStatus', optional: true, description: 'Is in this state.' })
  readonly status?: (typeof STATUSES)[number];

  @BooleanField({
    optional: true,
    description: 'Has an answer that the bot found (`true`) or did not find (`false`).',
  })
  readonly answered?: boolean;

  @TextField({
    optional: true,
    max: 200,
    example: 'gpt-5.4-mini',
    description: 'Has an answer of the model of this name.',
  })
  readonly model?: string;

  @IdField({ optional: true, description: 'Has an answer that cites this source.' })
  readonly datasourceId?: string;

  @IdField({
    optional: true,
    description: 'Belongs to this topic of the insights; where it is an area, to any of its topics.',
  })
  readonly topicId?: string;

  @BooleanField({ optional: true, description: 'Whether any of its answers failed.' })
  readonly hasError?: boolean;

  @IntegerField({
    optional: true,
    min: 0,
    max: 1_000_000,
    example: 4,
    description: 'Holds so many messages or more.',
  })
  readonly minMessages?: number;

  @NumberField({
    optional: true,
    min: 0,
    max: 1_000_000,
    example: 0.05,
    description: 'All its answers together have cost more than this, in USD.',
  })
  readonly costAbove?: number;

  @BooleanField({ optional: true, description: 'Whether it holds messages that you have not seen.' })
  readonly unread?: boolean;

  @TextField({
    optional: true,
    max: 36,
    pattern: new RegExp(`^(me|nobody|${UUID})$`),
    example: 'nobody',
    description: 'Who looks after it: `me`, `nobody`, or the id of a member.',
  })
  readonly assignedTo?: string;

  @BooleanField({ optional: true, description: 'Whether people answer in place of the bot.' })
  readonly handedOver?: boolean;

  @TextMapField({
    ...{ optional: true, max: 500, maxNames: 10, maxNameLength: 100 },
    example: { plan: 'pro' },
    description: 'Carries these metadata.',
  })
  readonly metadata?: Readonly<Record<string, string>>;
}
