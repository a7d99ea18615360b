import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const complete = {
  '': { optionalDependencies: {} },
  'node_modules/native': {
    version: '1.0.0',
    integrity: 'sha512-a',
    optionalDependencies: { 'native-linux': '1.0.0' },
  },
  'node_modules/native-linux': { version: '1.0.0', integrity: 'sha512-b', os: ['linux'] },
};

describe('check-lock', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'check-lock-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function check(packages: Record<string, unknown>): { status: number | null; problems: string } {
    const file = join(folder, 'package-lock.json');
    writeFileSync(file, JSON.stringify({ lockfileVersion: 3, packages }));
    const run = spawnSync(process.execPath, ['scripts/check-lock.mjs', file], { encoding: 'utf8' });
    return { status: run.status, problems: run.stderr };
  }

  it('accepts a lock that names the binaries of every platform', () => {
    expect(check(complete)).toEqual({ status: 0, problems: '' });
  });

  it('names the binary that has no entry', () => {
    const found = check({ ...complete, 'node_modules/native-linux': undefined });

    expect(found.status).toBe(1);
    expect(found.problems).toContain('node_modules/native wants native-linux, which has no entry');
  });

  it('finds a binary that lies inside the package that wants it', () => {
    const { 'node_modules/native-linux': binary, ...others } = complete;

    expect(check({ ...others, 'node_modules/native/node_modules/native-linux': binary }).status).toBe(0);
  });

  it('refuses an entry without integrity', () => {
    const found = check({ ...complete, 'node_modules/native-linux': { version: '1.0.0' } });

    expect(found.problems).toContain('node_modules/native-linux has no integrity');
  });

  it('refuses an entry that names where it was fetched from', () => {
    const found = check({
      ...complete,
      'node_modules/plain': {
        version: '1.0.0',
        integrity: 'sha512-c',
        resolved: 'https://mirror.test/plain',
      },
    });

    expect(found.problems).toContain('node_modules/plain names where it was fetched from');
  });
});
