import { Piscina } from 'piscina';
import { workerFile } from '#common/workers';
import { SentenceModel } from '../../ports/sentence-model.port.js';

const MAX_HEAP_MB = 512;
const IDLE_MS = 10_000;
const BATCH = 32;
/** What it takes of a text: more words take longer and say no more about what is asked. */
const MAX_CHARACTERS = 400;

/**
 * Universal Sentence Encoder lite, in a worker thread. It takes 9 ms a question and some hundred megabytes while it is
 * there, which a turn cannot afford (docs/adr/0012) and a job can.
 */
export class EnergeticSentenceModel extends SentenceModel {
  override readonly id = 'use-lite-sentences@1';
  private pool: Piscina<readonly string[], Float32Array> | undefined;

  override async embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    this.pool ??= new Piscina({
      filename: workerFile(import.meta.url, './embed-sentences.worker.js'),
      ...{ minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS },
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += BATCH) {
      const batch = texts.slice(start, start + BATCH).map((text) => text.slice(0, MAX_CHARACTERS));
      const all = await this.pool.run(batch, { name: 'embed', signal });
      const dimensions = all.length / batch.length;
      batch.forEach((_, index) => vectors.push(all.slice(index * dimensions, (index + 1) * dimensions)));
    }
    return vectors;
  }

  /** After the jobs that use it have drained. */
  async onApplicationShutdown(): Promise<void> {
    const { pool } = this;
    this.pool = undefined;
    await pool?.destroy();
  }
}
