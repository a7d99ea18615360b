/** How an embedding call is made. */
export interface EmbedOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told what the provider has counted, each time it does; never where it does not count. */
  readonly onTokens?: ((inputTokens: number) => void) | undefined;
}

/** Turns texts into vectors whose cosine tells how near their meanings are. */
export abstract class EmbeddingModel {
  /** Model and version, stored with each vector: `local/use-lite-words@1`. Vectors of different ids never mix. */
  abstract readonly id: string;
  /** Length of each vector; `null` of a model that is being tried out, which only its answer tells. */
  abstract readonly dimensions: number | null;
  /**
   * One vector a text, in order: of unit length, or all zeros for a text that the model cannot read. An empty list
   * gives an empty list.
   */
  abstract embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
}
