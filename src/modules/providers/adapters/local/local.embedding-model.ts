import { Piscina } from 'piscina';
import { workerFile } from '#common/workers';
import { EmbeddingModel } from '../../ports/embedding-model.port.js';

/** Small, so that a question waits for one batch of a page that is being read, and not for the page. */
const BATCH_SIZE = 8;
const MAX_REMEMBERED = 500;
/** An idle thread gives its memory back; loading the model again takes half a second. */
const IDLE_MS = 600_000;
/** Longer texts are passages; they do not come twice. */
const MAX_REMEMBERED_CHARACTERS = 300;

/**
 * Universal Sentence Encoder lite, in a worker thread. Nothing is fetched: the weights come with the package.
 *
 * It reads the first 128 pieces of words of an English text. A text in another language gets a direction of its own,
 * near to nothing. The first call loads the model, about half a second and 150 MB; long batches take 400 MB more.
 */
export class LocalEmbeddingModel extends EmbeddingModel {
  readonly id = 'local/use-lite@1';
  readonly dimensions = 512;
  #pool: Piscina<readonly string[], Float32Array> | undefined;
  readonly #remembered = new Map<string, Float32Array>();

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const vectors = new Map(texts.map((text) => [text, this.#remembered.get(text)]));
    const unknown = [...vectors.keys()].filter((text) => !vectors.get(text));
    for (let start = 0; start < unknown.length; start += BATCH_SIZE) {
      // Not given to the pool, which would end the thread and with it the loaded model.
      signal?.throwIfAborted();
      const batch = unknown.slice(start, start + BATCH_SIZE);
      (await this.#embedBatch(batch)).forEach((vector, index) => vectors.set(batch[index] ?? '', vector));
    }
    return texts.map((text) => this.#remember(text, vectors.get(text)));
  }

  /** Ends the worker thread; the next call starts another. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.destroy();
  }

  async #embedBatch(texts: readonly string[]): Promise<Float32Array[]> {
    this.#pool ??= this.#startPool();
    const all = await this.#pool.run(texts, { name: 'embed' });
    return texts.map((_, index) => all.slice(index * this.dimensions, (index + 1) * this.dimensions));
  }

  #remember(text: string, vector: Float32Array | undefined): Float32Array {
    if (!vector) throw new Error('The embedding worker left out a text.');
    if (text.length > MAX_REMEMBERED_CHARACTERS) return vector;
    this.#remembered.delete(text);
    this.#remembered.set(text, vector);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > MAX_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
    return vector;
  }

  #startPool(): Piscina<readonly string[], Float32Array> {
    return new Piscina({
      filename: workerFile(import.meta.url, './local-embedding.worker.js'),
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: IDLE_MS,
    });
  }
}
