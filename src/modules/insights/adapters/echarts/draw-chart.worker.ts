import type { Chart } from '../../chart.types.js';
import { drawChart } from './draw-chart.js';

/** Entry point of the worker thread. */
export function draw(chart: Chart): string {
  return drawChart(chart);
}
