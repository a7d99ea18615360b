import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lockDataDir } from './data-dir.lock.js';

describe('lockDataDir', () => {
  it('lets a second process in only after the first has gone', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'colloquy-lock-'));
    const first = await lockDataDir(dataDir);
    const order: string[] = [];

    const second = lockDataDir(dataDir).then((lock) => {
      order.push('second');
      return lock;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    order.push('first released');
    first.release();
    (await second).release();

    expect(order).toEqual(['first released', 'second']);
  });

  it('keeps different folders apart', async () => {
    const [a, b] = await Promise.all([
      lockDataDir(mkdtempSync(join(tmpdir(), 'colloquy-lock-'))),
      lockDataDir(mkdtempSync(join(tmpdir(), 'colloquy-lock-'))),
    ]);

    expect(a).not.toBe(b);
    a.release();
    b.release();
  });
});
