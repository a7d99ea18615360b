/** Days or weeks side by side: how much was asked, and how much of it was answered. */
export interface VolumeChart {
  readonly kind: 'volume';
  readonly title: string;
  readonly points: readonly {
    readonly label: string;
    readonly questions: number;
    /** From 0 to 1; null where nothing was asked. */
    readonly answeredRate: number | null;
  }[];
}

/** Things compared by one number each, the first on top. */
export interface BarChart {
  readonly kind: 'bars';
  readonly title: string;
  readonly unit: 'count' | 'usd';
  readonly bars: readonly { readonly label: string; readonly value: number; readonly note?: string }[];
}

/** A field of numbers, the darker the larger. */
export interface HeatChart {
  readonly kind: 'heat';
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** By row, then by column. */
  readonly values: readonly (readonly number[])[];
}

/** What is drawn, without how. */
export type Chart = VolumeChart | BarChart | HeatChart;
