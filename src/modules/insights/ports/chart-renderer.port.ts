import type { Chart } from '../chart.types.js';

/** Draws charts. */
export abstract class ChartRenderer {
  /**
   * A whole `<svg>` element: no script, nothing from elsewhere, texts as texts. Its colours are the CSS variables `--ink`,
   * `--soft`, `--line`, `--main`, `--good`, `--warm`, `--low` and `--card`, each with a fallback for light surroundings.
   */
  abstract render(chart: Chart): Promise<string>;
}
