import type { BarChart, Chart, HeatChart, VolumeChart } from '../../chart.types.js';
import { PALETTE } from './palette.js';

export const WIDTH = 720;
const VOLUME_HEIGHT = 260;
const ROW_HEIGHT = 30;
const EDGE = 28;
const LABEL_WIDTH = 240;
const FONT = 'system-ui, sans-serif';
const MAX_LABEL = 34;

const quiet = { color: PALETTE.soft, fontFamily: FONT, fontSize: 12 };
const faint = { show: true, lineStyle: { color: PALETTE.line } };

/** How a chart is to look, and how high it is. */
export function optionsOf(chart: Chart): { option: object; height: number } {
  switch (chart.kind) {
    case 'volume':
      return volume(chart);
    case 'bars':
      return bars(chart);
    case 'heat':
      return heat(chart);
  }
}

function volume({ points }: VolumeChart): { option: object; height: number } {
  const rates = points.map(({ answeredRate }) => (answeredRate === null ? null : answeredRate * 100));
  const option = {
    animation: false,
    grid: { left: 52, right: 52, top: 36, bottom: 28 },
    legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: { ...quiet, color: PALETTE.ink } },
    xAxis: {
      type: 'category',
      data: points.map(({ label }) => label),
      axisLabel: { ...quiet, hideOverlap: true },
      axisTick: { show: false },
      axisLine: faint,
    },
    yAxis: [
      { type: 'value', minInterval: 1, axisLabel: quiet, splitLine: faint },
      {
        ...{ type: 'value', min: 0, max: 100, interval: 25, splitLine: { show: false } },
        axisLabel: { ...quiet, formatter: '{value} %' },
      },
    ],
    series: [
      {
        ...{ type: 'bar', name: 'Questions', barMaxWidth: 26, itemStyle: { color: PALETTE.main } },
        data: points.map(({ questions }) => questions),
      },
      {
        ...{ type: 'line', name: 'Answered', yAxisIndex: 1, data: rates, symbolSize: 5 },
        lineStyle: { color: PALETTE.good, width: 2 },
        itemStyle: { color: PALETTE.good },
      },
    ],
  };
  return { option, height: VOLUME_HEIGHT };
}

function bars({ bars: all, unit }: BarChart): { option: object; height: number } {
  const texts = all.map(({ value, note }) => {
    const number = unit === 'usd' ? `$${value.toFixed(value < 1 ? 4 : 2)}` : value.toLocaleString('en');
    return note === undefined ? number : `${number}  ${note}`;
  });
  const option = {
    animation: false,
    grid: { left: LABEL_WIDTH, right: 120, top: 4, bottom: 4 },
    xAxis: { type: 'value', show: false, min: 0 },
    yAxis: {
      ...{ type: 'category', inverse: true, axisTick: { show: false }, axisLine: { show: false } },
      data: all.map(({ label }, index) => ({ value: `${shortened(label)}${'\u200b'.repeat(index)}` })),
      axisLabel: { ...quiet, color: PALETTE.ink },
    },
    series: [
      {
        ...{ type: 'bar', barWidth: 16, data: all.map(({ value }) => value) },
        itemStyle: { color: PALETTE.main, borderRadius: [0, 3, 3, 0] },
        label: {
          ...{ ...quiet, color: PALETTE.ink, show: true, position: 'right' },
          formatter: ({ dataIndex }: { dataIndex: number }) => plain(texts[dataIndex] ?? ''),
        },
      },
    ],
  };
  return { option, height: 8 + all.length * ROW_HEIGHT };
}

function heat({ rows, columns, values }: HeatChart): { option: object; height: number } {
  const largest = Math.max(1, ...values.flat());
  const data = values.flatMap((row, y) =>
    row.map((value, x) => ({
      value: [x, y, value],
      itemStyle: { color: PALETTE.main, opacity: value === 0 ? 0.05 : 0.15 + (0.85 * value) / largest },
    })),
  );
  const option = {
    animation: false,
    grid: { left: 52, right: 8, top: 8, bottom: EDGE },
    xAxis: {
      ...{ type: 'category', data: columns, axisTick: { show: false }, axisLine: { show: false } },
      axisLabel: { ...quiet, interval: 2 },
    },
    yAxis: {
      ...{
        type: 'category',
        data: rows,
        inverse: true,
        axisTick: { show: false },
        axisLine: { show: false },
      },
      axisLabel: { ...quiet, interval: 0 },
    },
    visualMap: { show: false, min: 0, max: largest, inRange: { color: [PALETTE.main, PALETTE.main] } },
    series: [{ type: 'heatmap', data, itemStyle: { borderColor: PALETTE.card, borderWidth: 2 } }],
  };
  return { option, height: 8 + EDGE + rows.length * 26 };
}

/** Braces and bars mean something to ECharts. */
function plain(text: string): string {
  return text.replaceAll('{', '(').replaceAll('}', ')').replaceAll('|', '/');
}

function shortened(text: string): string {
  const line = plain(text.replaceAll(/\s+/g, ' ').trim());
  return line.length > MAX_LABEL ? `${line.slice(0, MAX_LABEL - 1)}…` : line;
}
