import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';

const LOOK_EVERY_MS = 150;
/** Nothing comes and nothing changes for so long: the page is there. */
const QUIET_MS = 500;
/** Addresses a page may give itself. Each costs the browser work, and it hears of nothing else meanwhile. */
const MAX_MOVES = 50;

/**
 * Written for a world of our own, which the page's scripts cannot bend, and past the names that elements may take from
 * the document.
 */
const ROOT = `Reflect.get(Document.prototype, 'documentElement', document)`;
const TEXT_LENGTH = `(${ROOT}?.textContent ?? '').length`;

/** Reads what stands in a page, whatever its scripts do. */
export class DocumentReader {
  #moves = 0;

  private constructor(private readonly session: CDPSession) {}

  static async of(page: Page): Promise<DocumentReader> {
    const reader = new DocumentReader(await page.context().newCDPSession(page));
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) reader.#hasMoved();
    });
    return reader;
  }

  /** Waits until the page is at rest, or `settleMs` are over. */
  async settle(quietForMs: () => number, settleMs: number, signal: AbortSignal): Promise<void> {
    const endAt = performance.now() + settleMs;
    let [length, changedAt] = [-1, performance.now()];
    while (performance.now() < endAt) {
      await sleep(LOOK_EVERY_MS, undefined, { signal });
      const now = await this.#number(TEXT_LENGTH);
      if (now !== length) [length, changedAt] = [now, performance.now()];
      if (quietForMs() >= QUIET_MS && performance.now() - changedAt >= QUIET_MS) return;
    }
  }

  /** Null where it is longer than that. The page's scripts end here. */
  async read(maxCharacters: number): Promise<string | null> {
    await this.#endScripts();
    const html = await this.#evaluate(
      `(() => { const html = ${ROOT}?.outerHTML ?? ''; return html.length > ${String(maxCharacters)} ? null : html; })()`,
    );
    return typeof html === 'string' ? html : null;
  }

  #hasMoved(): void {
    this.#moves += 1;
    if (this.#moves === MAX_MOVES) void this.#endScripts().catch(() => undefined);
  }

  /** Reaches a page also while it is busy. */
  async #endScripts(): Promise<void> {
    await this.session.send('Emulation.setScriptExecutionDisabled', { value: true });
  }

  /** -1 while the page is on its way to another document. */
  async #number(expression: string): Promise<number> {
    return Number(await this.#evaluate(expression).catch(() => -1));
  }

  async #evaluate(expression: string): Promise<unknown> {
    const { frameTree } = await this.session.send('Page.getFrameTree');
    const { executionContextId: contextId } = await this.session.send('Page.createIsolatedWorld', {
      frameId: frameTree.frame.id,
      worldName: 'colloquy',
    });
    const { result } = await this.session.send('Runtime.evaluate', {
      expression,
      contextId,
      returnByValue: true,
    });
    return result.value;
  }
}
