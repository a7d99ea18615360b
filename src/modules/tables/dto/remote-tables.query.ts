import { TextField } from '#common/validation';

export class RemoteTablesQuery {
  @TextField({ optional: true, max: 2_000, description: 'The `nextCursor` of the page before.' })
  readonly cursor?: string;
}
