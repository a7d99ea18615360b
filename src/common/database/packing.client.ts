import pg from 'pg';
import { CopyingClient } from './copying.client.js';
import type { PackedRows } from './packed-rows.js';
import { RowTap } from './row-tap.js';

/** Begins the text of a statement whose rows are wanted as bytes: its result has one row, which is a `PackedRows`. */
export const AS_PACKED = '/* as packed rows */ ';

/** Whether the rows of a statement are wanted as bytes. */
export const isPacked = (text: string): boolean => text.startsWith(AS_PACKED);

/** Rows beyond so many bytes are left out. */
const MAX_PACKED_BYTES = 16 * 1_048_576;

/** A connection that gives rows as bytes where they are wanted so. */
export class PackingClient extends CopyingClient {
  // The overloads of the original are many; Kysely calls one of them.
  override query(...args: unknown[]): never {
    const [config, values] = args;
    const text: unknown =
      typeof config === 'object' && config !== null ? Reflect.get(config, 'text') : config;
    if (typeof text !== 'string' || !isPacked(text)) return super.query(...args);
    return this.#packed(new pg.Query(config as string, values as unknown[])) as never;
  }

  #packed(query: pg.Query): Promise<{ command: string; rowCount: number; rows: PackedRows[] }> {
    const { promise, resolve, reject } = Promise.withResolvers<{
      command: string;
      rowCount: number;
      rows: PackedRows[];
    }>();
    let tap: RowTap | undefined;
    const submit = query.submit.bind(query);
    query.submit = (connection) => {
      tap = new RowTap(connection.stream, MAX_PACKED_BYTES);
      return submit(connection);
    };
    query.once('error', reject);
    query.once('end', () => {
      resolve({ command: 'SELECT', rowCount: 1, rows: tap ? [tap.rows()] : [] });
    });
    super.query(query);
    return promise;
  }
}
