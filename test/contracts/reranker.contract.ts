import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Reranker } from '../../src/modules/providers/ports/reranker.port.js';

/** A reranker to be held to its port. */
export interface RerankerSubject {
  readonly reranker: Reranker;
  close?(): Promise<void>;
}

/** What every `Reranker` promises. */
export function describeReranker(name: string, open: () => Promise<RerankerSubject>): void {
  describe(`${name} as a Reranker`, () => {
    let subject: RerankerSubject;

    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject.close?.());

    it('gives a number for each text, in their order, higher for what fits better', async () => {
      const texts = ['Tickets cost ten euros.', 'The museum opens at nine.', 'The museum is closed.'];

      const scores = await subject.reranker.rerank('When is it that the museum opens?', texts);

      expect(scores).toHaveLength(3);
      expect(scores.indexOf(Math.max(...scores))).toBe(1);
      expect(scores.indexOf(Math.min(...scores))).toBe(0);
    });

    it('gives nothing for nothing', async () => {
      await expect(subject.reranker.rerank('museum', [])).resolves.toEqual([]);
    });

    it('gives numbers for empty, odd and very long texts', async () => {
      const odd = ['', ' \n\t ', 'a\u0000b \uD800 \u202E', '👩‍🚒', 'word '.repeat(20_000)];

      const scores = await subject.reranker.rerank('\uD800 ', odd);

      expect(scores.map(Number.isFinite)).toEqual(odd.map(() => true));
    });

    it('throws the reason of an abort', async () => {
      const reason = new Error('no longer wanted');

      await expect(
        subject.reranker.rerank('q', ['text'], { signal: AbortSignal.abort(reason) }),
      ).rejects.toBe(reason);
    });
  });
}
