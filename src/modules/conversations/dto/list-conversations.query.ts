import { CursorField, DEFAULT_PAGE_SIZE, GathersTexts, LimitField } from '#common/validation';
import type { ConversationFilter, Sort } from '../conversations.types.js';
import {
  BeganBeforeField,
  BeganFromField,
  FilterQueryFields,
  MetadataField,
  SearchField,
  SortField,
} from './conversation-filter.fields.js';
import { filterOf } from '../inbox/filter-fields.js';

@GathersTexts('metadata')
export class ListConversationsQuery extends FilterQueryFields {
  @LimitField()
  readonly limit: number = DEFAULT_PAGE_SIZE;

  @CursorField({ description: 'The `nextCursor` of the page before, with the same query.' })
  readonly cursor?: string;

  @SearchField()
  readonly q?: string;

  @BeganFromField()
  readonly from?: string;

  @BeganBeforeField()
  readonly to?: string;

  @MetadataField()
  readonly metadata?: Readonly<Record<string, string>>;

  @SortField()
  readonly sort: Sort = 'time';

  toFilter(asker: { readonly userId: string }): ConversationFilter {
    return filterOf(this, asker);
  }
}
