import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Tenancy } from '#common/database';
import { Lookout } from '#common/time';
import { JobChanges } from './job-changes.js';
import { JobTiming } from './job-timing.js';
import { JobsRepository } from './jobs.repository.js';
import { isFinished, type JobView } from './job.types.js';

/** What one reader has not read yet: the newest state only, null when there will be none. */
class Mailbox {
  #newest?: JobView | null;
  #wake: () => void = () => undefined;

  put(view: JobView | null): void {
    this.#newest = view;
    this.#wake();
  }

  async take(): Promise<JobView | null> {
    if (this.#newest === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const newest = this.#newest ?? null;
    this.#newest = undefined;
    return newest;
  }
}

interface WatchedJob {
  readonly readers: Set<Mailbox>;
  /** Of the row that the readers were told of last; null when they are to be told whatever is found. */
  version: string | null;
  /** The look that was the latest when a reader came. What it finds may be older than what that reader knows. */
  enteredAfter: number;
}

/**
 * Follows all jobs that somebody in this process watches with one statement: at once when one of them changes here, and
 * every `watchMs` for what other processes do. While the database is away the watchers wait.
 */
@Injectable()
export class JobWatcher implements OnModuleDestroy {
  readonly #logger = new Logger(JobWatcher.name);
  readonly #jobs = new Map<string, WatchedJob>();
  readonly #lookout: Lookout;
  #looks = 0;

  constructor(
    private readonly repository: JobsRepository,
    private readonly tenancy: Tenancy,
    changes: JobChanges,
    timing: JobTiming,
  ) {
    this.#lookout = new Lookout({
      everyMs: timing.watchMs,
      look: () => this.tenancy.runUnbound(() => this.#look()),
      onFailure: (error) => {
        this.#logger.warn({ err: error }, 'Watched jobs cannot be read; going on trying');
      },
    });
    changes.onChanged((id) => {
      if (this.#jobs.has(id)) this.#lookout.hurry();
    });
  }

  onModuleDestroy(): void {
    this.#lookout.close();
  }

  /** What becomes of a job that its reader knows as `known`, until it has finished, is gone, or the reader is. */
  async *follow(known: JobView, gone: AbortSignal): AsyncGenerator<JobView, void, undefined> {
    const mailbox = new Mailbox();
    const leave = this.#enter(known.id, mailbox);
    const stop = (): void => {
      mailbox.put(null);
    };
    gone.addEventListener('abort', stop, { once: true });
    try {
      let last = known;
      while (!isFinished(last.state) && !gone.aborted) {
        const now = await mailbox.take();
        if (!now) return;
        if (hasChanged(last, now)) yield now;
        last = now;
      }
    } finally {
      gone.removeEventListener('abort', stop);
      leave();
    }
  }

  #enter(id: string, mailbox: Mailbox): () => void {
    const job = this.#jobs.get(id) ?? { readers: new Set(), version: null, enteredAfter: 0 };
    Object.assign(job, { version: null, enteredAfter: this.#looks });
    job.readers.add(mailbox);
    this.#jobs.set(id, job);
    this.#lookout.open();
    return () => {
      job.readers.delete(mailbox);
      if (job.readers.size === 0) this.#jobs.delete(id);
      if (this.#jobs.size === 0) this.#lookout.close();
    };
  }

  async #look(): Promise<void> {
    this.#looks += 1;
    const look = this.#looks;
    const known = [...this.#jobs].map(([id, { version }]) => ({ id, version }));
    for (const { id, version, view } of await this.repository.listChanged(known)) {
      const job = this.#jobs.get(id);
      if (!job || job.enteredAfter >= look) continue;
      job.version = version;
      job.readers.forEach((reader) => {
        reader.put(view);
      });
    }
  }
}

function hasChanged(before: JobView, now: JobView): boolean {
  return JSON.stringify(before) !== JSON.stringify(now);
}
