// The declarations of ECharts cannot be resolved by the rules of ES modules; these are of the parts that are used here.

declare module 'echarts/core' {
  interface Picture {
    setOption(option: object): void;
    renderToSVGString(): string;
    dispose(): void;
  }

  export function use(parts: readonly object[]): void;
  export function init(
    place: null,
    theme: null,
    options: { renderer: 'svg'; ssr: true; width: number; height: number },
  ): Picture;
}

declare module 'echarts/charts' {
  export const BarChart: object;
  export const HeatmapChart: object;
  export const LineChart: object;
}

declare module 'echarts/components' {
  export const GridComponent: object;
  export const LegendComponent: object;
  export const VisualMapComponent: object;
}

declare module 'echarts/renderers' {
  export const SVGRenderer: object;
}
