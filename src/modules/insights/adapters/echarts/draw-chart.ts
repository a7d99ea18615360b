// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- declarations of modules cannot be imported
/// <reference path="./echarts.d.ts" />
import { BarChart, HeatmapChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, VisualMapComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { html } from '#common/html';
import type { Chart } from '../../chart.types.js';
import { optionsOf, WIDTH } from './chart-options.js';
import { withVariables } from './palette.js';

use([BarChart, GridComponent, HeatmapChart, LegendComponent, LineChart, SVGRenderer, VisualMapComponent]);

/** The chart as an `<svg>` element. */
export function drawChart(chart: Chart): string {
  const { option, height } = optionsOf(chart);
  const picture = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    picture.setOption(option);
    return withVariables(tidy(picture.renderToSVGString(), chart.title));
  } finally {
    picture.dispose();
  }
}

/**
 * Takes out what is for a picture that changes: classes, styles for them, notes for scripts. It fits the width that it is
 * given. Quotes and angle brackets of texts are escaped, so that what looks like markup here is markup.
 */
function tidy(svg: string, title: string): string {
  return svg
    .replaceAll(/<style[\s\S]*?<\/style>\s*/g, '')
    .replaceAll(/ (?:class|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/^<svg width="\d+" height="\d+"/, html`<svg role="img" aria-label="${title}"`.text);
}
