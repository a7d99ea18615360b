/** How texts are put in order. */
export interface RerankOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told what the server has counted; never where it does not count. */
  readonly onTokens?: ((inputTokens: number) => void) | undefined;
}

/** Reads a question together with each of some texts, and says how well they fit. */
export abstract class Reranker {
  /**
   * One number a text, in their order: the higher, the better it fits. Numbers of different calls do not compare.
   *
   * @throws ProviderFailure
   */
  abstract rerank(query: string, texts: readonly string[], options?: RerankOptions): Promise<number[]>;
}
