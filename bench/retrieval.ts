/**
 * How often the passage that a question was written for is found; or, among very many passages, how often the same ones
 * are found as by looking at all of them, and how fast.
 *
 *     npm run bench:retrieval
 *     npm run bench:retrieval -- --chunks 100000 [--keep]
 *     npm run bench:retrieval -- --chunks 100000 --database colloquy_bench_0123abcd
 *
 * The first reads `qa-squad` from the folder in COLLOQUY_DATA (default `../shared/data`). Every passage is a source of one
 * bot in an embedded database. Times are of a whole search in this process: embedding the question, and all SQL.
 *
 * The second makes its passages, in a database of its own on the Postgres of DATABASE_URL; `--keep` leaves it and says its
 * name, and the third searches in it again.
 */
import { parseArgs } from 'node:util';
import { measureManyPassages } from './retrieval-at-scale.js';
import { measureSquad } from './squad-retrieval.js';

const { values } = parseArgs({
  options: {
    chunks: { type: 'string' },
    keep: { type: 'boolean', default: false },
    database: { type: 'string' },
  },
});

if (values.chunks)
  await measureManyPassages(Number(values.chunks), { keeps: values.keep, kept: values.database });
else await measureSquad();
