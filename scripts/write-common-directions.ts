// Writes src/modules/providers/adapters/local/common-directions.ts from the weights of the local embedding model.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { PieceTable } from '../src/modules/providers/adapters/local/piece-table.js';
import { commonDirectionsOf } from './common-directions.js';

const lines = commonDirectionsOf(await PieceTable.load()).map((direction) => {
  const numbers = Float32Array.from(direction);
  return `'${Buffer.from(numbers.buffer).toString('base64')}'`;
});
const source = `// Written by \`npm run common-directions\`, never by hand.

const ENCODED = [${lines.join(', ')}];

/** What vectors of English texts have in common, whatever they are about. */
export const COMMON_DIRECTIONS: readonly Float32Array[] = ENCODED.map(
  (numbers) => new Float32Array(Uint8Array.from(Buffer.from(numbers, 'base64')).buffer),
);
`;
const file = join(process.cwd(), 'src/modules/providers/adapters/local/common-directions.ts');
writeFileSync(file, await format(source, { parser: 'typescript', singleQuote: true, printWidth: 110 }));
