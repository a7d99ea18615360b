/** Waiting and running jobs of one queue in this process. */
export class QueueLane {
  readonly #waiting = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #active = new Set<string>();
  #isClosed = false;

  /** @param run never rejects; gives the pause after which the same job is to run again, or null. */
  constructor(
    private readonly concurrency: number,
    private readonly run: (id: string) => Promise<number | null>,
  ) {}

  offer(id: string, delayMs: number): void {
    if (this.#isClosed || this.#active.has(id) || this.#waiting.has(id)) return;
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (delayMs > 0) this.#wait(id, delayMs);
    else this.#enqueue(id);
  }

  /** Forgets what waits; what runs goes on. */
  close(): void {
    this.#isClosed = true;
    this.#timers.forEach((timer) => {
      clearTimeout(timer);
    });
    this.#timers.clear();
    this.#waiting.clear();
  }

  #wait(id: string, delayMs: number): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(id);
        this.#enqueue(id);
      },
      Math.min(delayMs, LONGEST_TIMER_MS),
    );
    this.#timers.set(id, timer);
  }

  #enqueue(id: string): void {
    this.#waiting.add(id);
    this.#fill();
  }

  #fill(): void {
    for (const id of this.#waiting) {
      if (this.#active.size >= this.concurrency) return;
      this.#waiting.delete(id);
      this.#active.add(id);
      void this.#occupy(id);
    }
  }

  async #occupy(id: string): Promise<void> {
    const againInMs = await this.run(id);
    this.#active.delete(id);
    if (againInMs !== null) this.offer(id, againInMs);
    this.#fill();
  }
}

// Longer timers would fire at once; the sweeper looks after what is due much later.
const LONGEST_TIMER_MS = 2 ** 31 - 1;
