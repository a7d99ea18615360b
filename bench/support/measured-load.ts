import type { Child } from './child.js';
import { type Call, Load, type LoadReport } from './load.js';

/** What a load came to, and the CPU of the process that answered, in milliseconds a call. */
export interface MeasuredLoad extends LoadReport {
  readonly cpuMs: number;
}

/** A process that has just started is still being compiled by V8: so many calls of each kind, for all sides alike. */
export const WARM_UP_CALLS = 8_000;

export async function warmUp(url: string, next: (caller: number) => Call): Promise<void> {
  const load = new Load(url, 10);
  await load.runCalls(10, WARM_UP_CALLS, next);
  await load.close();
}

/** Measures so many callers at once, once they have got going. */
export async function measureLoad(
  { url, child }: { readonly url: string; readonly child: Child },
  concurrency: number,
  seconds: number,
  next: (caller: number) => Call,
): Promise<MeasuredLoad> {
  const load = new Load(url, concurrency);
  await load.run(concurrency, Math.min(2, seconds / 2), next);
  const before = child.cpuSeconds;
  const report = await load.run(concurrency, seconds, next);
  const cpuMs = ((child.cpuSeconds - before) * 1_000) / report.calls;
  await load.close();
  return { ...report, cpuMs };
}
