/** Turns whole questions into vectors by a model of sentences that needs no provider. */
export abstract class SentenceModel {
  /** Model and version. */
  abstract readonly id: string;
  /** One vector of unit length a text, in order. @throws the reason of the signal when it aborts. */
  abstract embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]>;
}
