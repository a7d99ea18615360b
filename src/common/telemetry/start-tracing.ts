/** Loads and starts the tracer. What it is to see has to be loaded after it. */
export async function startTracing(): Promise<void> {
  const { startDatadog } = await import('./adapters/datadog/start-datadog.js');
  startDatadog();
}
