import { wantsTracing } from '#config';
import { startTracing } from '#common/telemetry';

/** Starts the tracer where the settings ask for it; else its library is not even loaded. */
export async function beginTracing(): Promise<void> {
  if (wantsTracing()) await startTracing();
}
