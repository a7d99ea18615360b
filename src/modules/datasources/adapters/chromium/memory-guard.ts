import { readFile } from 'node:fs/promises';
import { setInterval } from 'node:timers';
import type { Browser } from 'playwright-core';

const EVERY_MS = 250;
const PAGE_BYTES = 4_096;

/** Watches the processes that run pages, where the machine says how large they are (Linux). */
export class MemoryGuard {
  #timer?: NodeJS.Timeout;
  #isLooking = false;

  constructor(
    private readonly maxMb: number,
    private readonly onExceeded: () => void,
  ) {}

  async watch(browser: Browser): Promise<void> {
    const session = await browser.newBrowserCDPSession();
    const look = async (): Promise<void> => {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      const sizes = await Promise.all(
        processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentMb(id)),
      );
      if (this.#timer && Math.max(0, ...sizes) > this.maxMb) this.onExceeded();
    };
    this.#timer = setInterval(() => {
      if (this.#isLooking) return;
      this.#isLooking = true;
      void look()
        .catch(() => undefined)
        .finally(() => (this.#isLooking = false));
    }, EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** 0 where it cannot be said. */
async function residentMb(pid: number): Promise<number> {
  const [, resident] = (await readFile(`/proc/${String(pid)}/statm`, 'utf8').catch(() => '')).split(' ');
  return (Number(resident ?? 0) * PAGE_BYTES) / 1_048_576;
}
