import { createHash } from 'node:crypto';
import pg from 'pg';
import { isCopyIn } from './copy-in.js';
import { isPacked, PackingClient } from './packing.client.js';

/** How many statements one connection has the server keep; further ones are parsed each time. */
const MAX_PREPARED = 300;

/** Begins the text of a statement that is one of very many, so that keeping it prepared would crowd others out. */
export const NOT_PREPARED = '/* not prepared */ ';

/**
 * A connection that has the server prepare each statement with parameters once, under a name made from its text.
 * Parsing and planning a statement often takes longer than running it.
 */
export class PreparingClient extends PackingClient {
  readonly #names = new Map<string, string>();

  // The overloads of the original are many; Kysely calls one of them.
  override query(...args: unknown[]): never {
    const [text, values] = args;
    if (args.length !== 2 || typeof text !== 'string' || !Array.isArray(values) || values.length === 0)
      return super.query(...args);
    const name = this.#nameOf(text);
    if (!name) return super.query(...args);
    return isPacked(text)
      ? super.query({ name, text, values })
      : (this.#prepared(name, text, values) as never);
  }

  /** A query made here costs less than one that the driver makes out of a description: it copies that by its properties. */
  #prepared(name: string, text: string, values: unknown[]): Promise<pg.QueryResult> {
    const { promise, resolve, reject } = Promise.withResolvers<pg.QueryResult>();
    const callback = (error: Error | null, result: pg.QueryResult): void => {
      if (error) reject(error);
      else resolve(result);
    };
    super.query(Object.assign(new pg.Query(text, values), { name, callback }));
    return promise;
  }

  #nameOf(text: string): string | undefined {
    if (text.startsWith(NOT_PREPARED) || isCopyIn(text)) return undefined;
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= MAX_PREPARED) return known;
    const name = `s${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    this.#names.set(text, name);
    return name;
  }
}
