import { BooleanQuery, ChoiceField, IdField, InstantField, PageQuery, TextField } from '#common/validation';
import {
  type Channel,
  CHANNELS,
  type ConversationFilter,
  type Rating,
  RATINGS,
} from '../conversations.types.js';

export class ListConversationsQuery extends PageQuery {
  @IdField({ optional: true, description: 'With this bot.' })
  readonly botId?: string;

  @InstantField({ optional: true, description: 'Began then or later, for example 2026-01-01T00:00:00Z.' })
  readonly from?: string;

  @InstantField({ optional: true, description: 'Began before then, for example 2026-02-01T00:00:00Z.' })
  readonly to?: string;

  @ChoiceField(CHANNELS, { name: 'Channel', optional: true, description: 'Held there.' })
  readonly channel?: Channel;

  @TextField({ optional: true, max: 200, description: 'With this person, as you name your users.' })
  readonly externalUserId?: string;

  @ChoiceField(RATINGS, { name: 'Rating', optional: true, description: 'Has an answer that was rated so.' })
  readonly rating?: Rating;

  @BooleanQuery({
    optional: true,
    description: 'Has an answer that the bot found (`true`) or did not find (`false`).',
  })
  readonly answered?: boolean;

  toFilter(): ConversationFilter {
    const { botId, from, to, channel, externalUserId, rating, answered } = this;
    return {
      ...{ botId, channel, externalUserId, rating, answered },
      ...(from ? { from: new Date(from) } : {}),
      ...(to ? { to: new Date(to) } : {}),
    };
  }
}
