import { Piscina } from 'piscina';
import { workerFile } from '#common/workers';
import type { QuestionSet, TopicSet } from '../../topic-set.types.js';
import type { find } from './find-topics.worker.js';
import { TopicFinder } from '../../ports/topic-finder.port.js';

const MAX_HEAP_MB = 512;
const IDLE_MS = 5_000;

/** Finds topics in a worker thread that ends when it has had nothing to do for a while. */
export class ThreadedTopicFinder extends TopicFinder {
  private pool: Piscina<QuestionSet, ReturnType<typeof find>> | undefined;

  override find(questions: QuestionSet, signal: AbortSignal): Promise<TopicSet> {
    this.pool ??= new Piscina({
      filename: workerFile(import.meta.url, './find-topics.worker.js'),
      ...{ minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS },
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    return this.pool.run(questions, { name: 'find', signal });
  }

  /** After the jobs that use it have drained. */
  async onApplicationShutdown(): Promise<void> {
    const { pool } = this;
    this.pool = undefined;
    await pool?.destroy();
  }
}
