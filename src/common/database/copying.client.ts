import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { isCopyIn } from './copy-in.js';

/** A connection that takes in rows by COPY, as a statement like any other: its only parameter are the rows. */
export class CopyingClient extends pg.Client {
  // The overloads of the original are many; Kysely calls one of them.
  override query(...args: unknown[]): never {
    const [text, values] = args;
    if (isCopyIn(text) && Array.isArray(values)) return this.#copy(text, String(values[0])) as never;
    return super.query(...(args as [string])) as never;
  }

  #copy(statement: string, rows: string): Promise<{ command: string; rowCount: number; rows: never[] }> {
    const { promise, resolve, reject } = Promise.withResolvers<{
      command: string;
      rowCount: number;
      rows: never[];
    }>();
    const stream = super.query(copyFrom(statement));
    stream.once('error', reject);
    stream.once('finish', () => {
      resolve({ command: 'COPY', rowCount: stream.rowCount, rows: [] });
    });
    stream.end(rows);
    return promise;
  }
}
