import { createHash } from 'node:crypto';
import { InvalidFields } from '#common/errors';

/** The last row of a page. */
export interface LastRow {
  readonly id: string;
  /** By which the list is ordered before the id; 0 where it is by id alone. */
  readonly score: number;
}

const DIGEST_BYTES = 8;
const SCORE_BYTES = 8;
const ID_BYTES = 16;

/**
 * Cursors of one query: they name its last row, and are refused by every other query, which would go on from a place of
 * no meaning. They grant nothing: the list they continue is filtered by the actor's rights again.
 */
export class QueryCursor {
  readonly #digest: Buffer;

  /** @param query all that says which rows come in which order. */
  constructor(query: object) {
    const text = JSON.stringify(query, (_, value: unknown) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    );
    this.#digest = createHash('sha256').update(text).digest().subarray(0, DIGEST_BYTES);
  }

  encode({ id, score }: LastRow): string {
    const scoreBytes = Buffer.alloc(SCORE_BYTES);
    scoreBytes.writeDoubleBE(score);
    return Buffer.concat([this.#digest, scoreBytes, Buffer.from(id.replaceAll('-', ''), 'hex')]).toString(
      'base64url',
    );
  }

  /** @throws InvalidFields when the text is not a cursor of this query. */
  decode(cursor: string): LastRow {
    const bytes = Buffer.from(cursor, 'base64url');
    const isOurs =
      bytes.length === DIGEST_BYTES + SCORE_BYTES + ID_BYTES &&
      bytes.subarray(0, DIGEST_BYTES).equals(this.#digest) &&
      bytes.toString('base64url') === cursor;
    const score = isOurs ? bytes.readDoubleBE(DIGEST_BYTES) : Number.NaN;
    if (!Number.isFinite(score))
      throw new InvalidFields([{ path: 'cursor', message: 'is not a cursor of this list' }]);
    const hex = bytes.subarray(DIGEST_BYTES + SCORE_BYTES).toString('hex');
    return { score, id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') };
  }
}
