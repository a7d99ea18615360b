/**
 * What reading from a hosted table with a million records takes, and what importing into one takes.
 *
 *     npm run bench:tables [-- --records 1000000]
 *     npm run bench:tables -- import [--records 200000]
 *
 * Over HTTP, in a database of its own on the Postgres of DATABASE_URL.
 */
import { parseArgs } from 'node:util';
import { measureImports } from './imports.js';
import { measureQueries } from './table-queries.js';

const { values, positionals } = parseArgs({
  options: { records: { type: 'string' } },
  allowPositionals: true,
});

if (positionals.includes('import')) await measureImports(Number(values.records ?? 200_000));
else await measureQueries(Number(values.records ?? 1_000_000));
