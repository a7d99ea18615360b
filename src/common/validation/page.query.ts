import { IntegerQuery, TextField, type TextOptions } from './fields.js';

export const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 200;

/** How long a page is, `DEFAULT_PAGE_SIZE` where nothing is said. */
export function LimitField({ rows = 'rows' }: { readonly rows?: string } = {}): PropertyDecorator {
  return IntegerQuery({
    optional: true,
    min: 1,
    max: MAX_PAGE_SIZE,
    default: DEFAULT_PAGE_SIZE,
    description: `How many ${rows} at most.`,
  });
}

/** Where a page begins. */
export function CursorField({
  max = 100,
  description = 'The `nextCursor` of the page before.',
}: Partial<Pick<TextOptions, 'max' | 'description'>> = {}): PropertyDecorator {
  return TextField({ optional: true, max, pattern: /^[\w-]+$/, description });
}

/** The query of every list route; one with more fields may take `LimitField` and `CursorField` alone. */
export class PageQuery {
  @LimitField()
  readonly limit: number = DEFAULT_PAGE_SIZE;

  @CursorField()
  readonly cursor?: string;
}
