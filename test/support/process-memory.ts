import { readFileSync } from 'node:fs';

/** What a process holds in memory, in MiB. */
export function residentMib(pid: number): number {
  const [, kib = 'NaN'] =
    /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ?? [];
  return Number(kib) / 1_024;
}
