import {
  BooleanField,
  BooleanQuery,
  ChoiceField,
  IdField,
  InstantField,
  IntegerField,
  IntegerQuery,
  NumberField,
  NumberQuery,
  TextField,
  TextMapField,
} from '#common/validation';
import {
  type Channel,
  CHANNELS,
  CONVERSATION_STATUSES,
  type ConversationStatus,
  type Rating,
  RATINGS,
  SORTS,
} from '../conversations.types.js';
import type { FilterFields } from '../inbox/filter-fields.js';

export const MAX_SEARCH_CHARS = 2_000;
export const SEARCHED =
  'words in any form, `"these words"` as they stand, `-not` these, and `begin*` for the beginning of a word';

/** How numbers and truths come: as text in a query string, as themselves in a body. */
interface FieldKinds {
  readonly boolean: typeof BooleanField;
  readonly integer: typeof IntegerField;
  readonly number: typeof NumberField;
}

type CommonFields = Omit<FilterFields, 'q' | 'from' | 'to' | 'metadata'>;

function filterFields(kinds: FieldKinds): abstract new () => CommonFields {
  abstract class Fields implements CommonFields {
    @IdField({ optional: true, description: 'With this bot.' })
    readonly botId?: string;

    @ChoiceField(CHANNELS, { name: 'Channel', optional: true, description: 'Held there.' })
    readonly channel?: Channel;

    @TextField({
      optional: true,
      max: 200,
      example: 'customer-4711',
      description: 'With this person, as you name your users.',
    })
    readonly externalUserId?: string;

    @ChoiceField(RATINGS, { name: 'Rating', optional: true, description: 'Has an answer that was rated so.' })
    readonly rating?: Rating;

    @TextField({ optional: true, max: 60, example: 'warranty', description: 'Carries this tag.' })
    readonly tag?: string;

    @ChoiceField(CONVERSATION_STATUSES, {
      name: 'ConversationStatus',
      optional: true,
      description: 'Is in this state.',
    })
    readonly status?: ConversationStatus;

    @kinds.boolean({
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
      description: 'Asks about this topic of the insights; where it is an area, about any of its topics.',
    })
    readonly topicId?: string;

    @kinds.boolean({ optional: true, description: 'Whether any of its answers failed.' })
    readonly hasError?: boolean;

    @kinds.integer({
      optional: true,
      min: 0,
      max: 1_000_000,
      example: 4,
      description: 'Holds so many messages or more.',
    })
    readonly minMessages?: number;

    @kinds.number({
      optional: true,
      min: 0,
      max: 1_000_000,
      example: 0.05,
      description: 'All its answers together have cost more than this, in USD.',
    })
    readonly costAbove?: number;

    @kinds.boolean({ optional: true, description: 'Whether it holds messages that you have not seen.' })
    readonly unread?: boolean;

    @TextField({
      optional: true,
      max: 36,
      pattern: /^(me|nobody|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$/,
      example: 'nobody',
      description: 'Who looks after it: `me`, `nobody`, or the id of a member.',
    })
    readonly assignedTo?: string;

    @kinds.boolean({ optional: true, description: 'Whether people answer in place of the bot.' })
    readonly handedOver?: boolean;
  }
  return Fields;
}

/** In a query string. */
export const FilterQueryFields = filterFields({
  boolean: BooleanQuery,
  integer: IntegerQuery,
  number: NumberQuery,
});

/** In a body. */
const FilterBodyFields = filterFields({
  boolean: BooleanField,
  integer: IntegerField,
  number: NumberField,
});

/** `q` of lists of conversations. */
export function SearchField(): PropertyDecorator {
  return TextField({
    optional: true,
    max: MAX_SEARCH_CHARS,
    example: 'warranty "24 months" -lamp',
    description: `Holds a message in which this is found: ${SEARCHED}.`,
  });
}

/** How what was found is ordered. */
export function SortField(): PropertyDecorator {
  return ChoiceField(SORTS, {
    name: 'SearchSort',
    optional: true,
    description: 'The newest first, which is the default, or what fits `q` best.',
  });
}

/** Values of the metadata. */
export function MetadataField(): PropertyDecorator {
  return TextMapField({
    ...{ optional: true, max: 500, maxNames: 10, maxNameLength: 100 },
    example: { plan: 'pro' },
    description: 'Carries these metadata: `metadata.plan=pro` or `metadata[plan]=pro`.',
  });
}

/** When a conversation began. */
export function BeganFromField(): PropertyDecorator {
  return InstantField({
    optional: true,
    description: 'Began then or later, for example 2026-01-01T00:00:00Z.',
  });
}

export function BeganBeforeField(): PropertyDecorator {
  return InstantField({
    optional: true,
    description: 'Began before then, for example 2026-02-01T00:00:00Z.',
  });
}

/** A filter in a body. */
export class ConversationFilterDto extends FilterBodyFields implements FilterFields {
  @SearchField()
  readonly q?: string;

  @BeganFromField()
  readonly from?: string;

  @BeganBeforeField()
  readonly to?: string;

  @MetadataField()
  readonly metadata?: Readonly<Record<string, string>>;
}
