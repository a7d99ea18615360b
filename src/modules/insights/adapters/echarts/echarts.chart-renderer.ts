import { Piscina } from 'piscina';
import { workerFile } from '#common/workers';
import { ChartRenderer } from '../../ports/chart-renderer.port.js';
import type { drawChart } from './draw-chart.js';
import type { Chart } from '../../chart.types.js';

type Picture = ReturnType<typeof drawChart>;

const MAX_HEAP_MB = 256;
const IDLE_MS = 30_000;
const MAX_WAITING = 500;

/** Draws by ECharts, in a worker thread that ends when it has had nothing to do for a while. */
export class EchartsChartRenderer extends ChartRenderer {
  private pool: Piscina<Chart, Picture> | undefined;

  override render(chart: Chart): Promise<Picture> {
    this.pool ??= new Piscina({
      filename: workerFile(import.meta.url, './draw-chart.worker.js'),
      ...{ minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS, maxQueue: MAX_WAITING },
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    return this.pool.run(chart, { name: 'draw' });
  }

  async onApplicationShutdown(): Promise<void> {
    const { pool } = this;
    this.pool = undefined;
    await pool?.destroy();
  }
}
