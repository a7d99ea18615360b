import {
  ChoiceField,
  CursorField,
  DEFAULT_PAGE_SIZE,
  GathersTexts,
  InstantField,
  LimitField,
  TextField,
} from '#common/validation';
import { ANALYSIS_LANGUAGES, type AnalysisLanguage } from '#common/text';
import type { Sort } from '../conversations.types.js';
import type { MessageSearchRequest } from '../search/search-messages.js';
import {
  FilterQueryFields,
  MAX_SEARCH_CHARS,
  MetadataField,
  SEARCHED,
  SortField,
} from './conversation-filter.fields.js';
import { filterOf } from '../inbox/filter-fields.js';

@GathersTexts('metadata')
export class SearchMessagesQuery extends FilterQueryFields {
  @TextField({
    max: MAX_SEARCH_CHARS,
    example: 'warranty "24 months" -lamp',
    description: `What is looked for: ${SEARCHED}.`,
  })
  readonly q!: string;

  @ChoiceField(ANALYSIS_LANGUAGES, {
    name: 'SearchLanguage',
    optional: true,
    description: 'The language of the words, to tell their forms; forms of any language are found without.',
  })
  readonly language?: AnalysisLanguage;

  @InstantField({ optional: true, description: 'Said then or later, for example 2026-01-01T00:00:00Z.' })
  readonly from?: string;

  @InstantField({ optional: true, description: 'Said before then, for example 2026-02-01T00:00:00Z.' })
  readonly to?: string;

  @ChoiceField(['user', 'assistant'], { name: 'SaidBy', optional: true, description: 'Said by them.' })
  readonly role?: 'user' | 'assistant';

  @MetadataField()
  readonly metadata?: Readonly<Record<string, string>>;

  @SortField()
  readonly sort: Sort = 'time';

  @LimitField()
  readonly limit: number = DEFAULT_PAGE_SIZE;

  @CursorField({ description: 'The `nextCursor` of the page before, with the same query.' })
  readonly cursor?: string;

  toRequest(asker: { readonly userId: string }): MessageSearchRequest {
    const { q, language, from, to, role, sort, limit, cursor, ...fields } = this;
    return {
      ...{ q, sort, limit },
      ...(language ? { language } : {}),
      ...(role ? { role } : {}),
      ...(cursor === undefined ? {} : { cursor }),
      ...(from ? { from: new Date(from) } : {}),
      ...(to ? { to: new Date(to) } : {}),
      conversations: filterOf(fields, asker),
    };
  }
}
