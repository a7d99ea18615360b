import { IntegerQuery, TextField } from './fields.js';

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 200;

/** The query of every list route. */
export class PageQuery {
  @IntegerQuery({
    optional: true,
    min: 1,
    max: MAX_PAGE_SIZE,
    default: DEFAULT_PAGE_SIZE,
    description: 'How many rows at most.',
  })
  readonly limit: number = DEFAULT_PAGE_SIZE;

  @TextField({
    optional: true,
    max: 100,
    pattern: /^[\w-]+$/,
    description: 'The `nextCursor` of the page before.',
  })
  readonly cursor?: string;
}
