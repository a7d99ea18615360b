import { InvalidFields } from '#common/errors';
import { CursorField, DEFAULT_PAGE_SIZE, LimitField, TextField } from '#common/validation';
import type { RecordsPage } from '../records/page-query.js';

export class ListRecordsQuery {
  @LimitField({ rows: 'records' })
  readonly limit: number = DEFAULT_PAGE_SIZE;

  @CursorField({
    max: 8_000,
    description:
      'The `nextCursor` of the page before. It goes on with the same filter, search and sort only.',
  })
  readonly cursor?: string;

  @TextField({
    optional: true,
    max: 8_000,
    description:
      'Which records, as JSON: `{"field": "price", "op": "lt", "value": 10}`, or several of these in `{"and": []}`, `{"or": []}` or `{"not": {}}`.',
  })
  readonly filter?: string;

  @TextField({ optional: true, max: 300, description: 'Words that a record has to hold in its texts.' })
  readonly q?: string;

  @TextField({
    optional: true,
    max: 200,
    description:
      'Keys of up to three fields with commas between, each with a minus for the largest first: `-price,title`. Empty values count as the largest. By default in the order in which records were made.',
  })
  readonly sort?: string;

  /** @throws InvalidFields */
  toPage(): RecordsPage {
    const { limit, cursor, filter, q, sort } = this;
    return {
      limit,
      ...(cursor === undefined ? {} : { cursor }),
      ...(filter === undefined ? {} : { filter: parsed(filter) }),
      ...(q === undefined ? {} : { search: q }),
      ...(sort === undefined ? {} : { sort: sort.split(',').map((key) => key.trim()) }),
    };
  }
}

function parsed(filter: string): unknown {
  try {
    return JSON.parse(filter);
  } catch {
    throw new InvalidFields([{ path: 'filter', message: 'must be JSON' }]);
  }
}
