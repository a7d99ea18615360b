import { Reranker, type RerankOptions } from '../../src/modules/providers/ports/reranker.port.js';

/** Says how much of the question's words a text holds. */
export class FakeReranker extends Reranker {
  rerank(query: string, texts: readonly string[], { signal }: RerankOptions = {}): Promise<number[]> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    return Promise.resolve(texts.map((text) => sharedWords(query, text)));
  }
}

/** What part of the words of a question a text holds. */
export function sharedWords(query: string, text: string): number {
  const words = query.toLowerCase().split(/\W+/u).filter(Boolean);
  const held = new Set(text.toLowerCase().split(/\W+/u));
  return words.filter((word) => held.has(word)).length / Math.max(1, words.length);
}
