/** Turns texts into vectors whose cosine tells how near their meanings are. */
export abstract class EmbeddingModel {
  /** Model and version, stored with each vector: `local/use-lite@1`. Vectors of different ids never mix. */
  abstract readonly id: string;
  /** Length of each vector. */
  abstract readonly dimensions: number;
  /** One unit-length vector a text, in order. An empty list gives an empty list. */
  abstract embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
}
