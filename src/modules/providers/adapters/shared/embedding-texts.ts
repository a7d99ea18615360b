import { ProviderProtocolBroken } from '../../providers.errors.js';

/** Which of a provider's embedding models, and how it is asked. */
export interface EmbeddingSettings {
  /** Model and version, as they are stored with each vector. */
  readonly id: string;
  readonly name: string;
  /** Length of each vector; `null` where only an answer can tell. */
  readonly dimensions: number | null;
  /** The length that the provider is asked for; `null`: what it gives by itself. */
  readonly askedDimensions: number | null;
}

/** Texts of a request. */
const BATCH = 96;
/** The models read 2,048 tokens and more; a character is hardly ever more than one. */
const MAX_CHARACTERS = 8_000;

/** The APIs refuse empty texts, and read only so much of long ones. */
export function readableText(text: string): string {
  return text.slice(0, MAX_CHARACTERS).toWellFormed().trim() || '-';
}

/** Vectors of many texts, batch after batch. */
export async function inBatches(
  texts: readonly string[],
  embed: (batch: string[]) => Promise<Float32Array[]>,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < texts.length; start += BATCH) {
    const batch = texts.slice(start, start + BATCH).map(readableText);
    vectors.push(...(await embed(batch)));
  }
  return vectors;
}

/** @throws ProviderProtocolBroken for what is no vector, or one of another length. */
export function unitVector(numbers: Float32Array, dimensions: number | null): Float32Array {
  const length = Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0));
  const isVector = numbers.length === (dimensions ?? numbers.length) && Number.isFinite(length) && length > 0;
  if (!isVector) throw new ProviderProtocolBroken();
  return numbers.map((value) => value / length);
}
