import { ChoiceField, PageQuery } from '#common/validation';
import { PAGE_OUTCOMES, type PageOutcome } from '../datasources.types.js';

export class ListRunPagesQuery extends PageQuery {
  @ChoiceField(PAGE_OUTCOMES, {
    optional: true,
    name: 'PageOutcome',
    description: 'Only pages of which this became.',
  })
  readonly outcome?: PageOutcome;
}
