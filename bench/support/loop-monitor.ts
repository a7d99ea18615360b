// Loaded into a process that is measured (`node --import`): writes how long its event loop is held up, in milliseconds,
// to the file of LOOP_REPORT each second. SIGUSR2 lets it begin anew.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env['LOOP_REPORT'];
const RESOLUTION_MS = 5;

if (file) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  process.on('SIGUSR2', () => delay.reset());
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  setInterval(() => {
    const [p50, p99, max] = [delay.percentile(50), delay.percentile(99), delay.max].map(late);
    writeFileSync(file, JSON.stringify({ p50, p99, max }));
  }, 1_000).unref();
}
