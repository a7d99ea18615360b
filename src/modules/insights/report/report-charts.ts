import type { BarChart, Chart, HeatChart, VolumeChart } from '../chart.types.js';
import { percent, signed } from './figure-texts.js';
import type { ReportContent } from './report.types.js';

export const CHART_NAMES = ['volume', 'topics', 'gaps', 'hours', 'cost'] as const;
export type ChartName = (typeof CHART_NAMES)[number];

export function isChartName(name: string): name is ChartName {
  return (CHART_NAMES as readonly string[]).includes(name);
}

const MOST_BARS = 12;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

/** The charts of a report by their names; null where there is nothing to draw. */
export function chartsOf(content: ReportContent): Record<ChartName, Chart | null> {
  return {
    volume: volume(content),
    topics: topics(content),
    gaps: gaps(content),
    hours: hours(content),
    cost: cost(content),
  };
}

function volume({ volume: points }: ReportContent): VolumeChart | null {
  if (points.every(({ questions }) => questions === 0)) return null;
  return { kind: 'volume', title: 'Questions, and how many were answered', points };
}

function topics({ topics: all }: ReportContent): BarChart | null {
  if (all.length === 0) return null;
  const bars = all.slice(0, MOST_BARS).map(({ name, questions, questionsBefore }) => ({
    label: name,
    value: questions,
    note: questionsBefore === 0 ? 'new' : signed(questions / questionsBefore - 1),
  }));
  return { kind: 'bars', title: 'Topics by questions, with their change', unit: 'count', bars };
}

function gaps({ gaps: all }: ReportContent): BarChart | null {
  if (all.length === 0) return null;
  const bars = all.slice(0, MOST_BARS).map(({ question, people, answeredBefore, answeredAfter }) => ({
    label: question,
    value: people,
    ...(answeredAfter === null ? {} : { note: `${percent(answeredBefore)} → ${percent(answeredAfter)}` }),
  }));
  return { kind: 'bars', title: 'Unanswered questions by people who asked', unit: 'count', bars };
}

function hours({ hours: values }: ReportContent): HeatChart | null {
  if (values.flat().every((questions) => questions === 0)) return null;
  return {
    ...{ kind: 'heat', title: 'Questions by day of week and hour' },
    ...{ rows: WEEKDAYS, columns: HOURS, values },
  };
}

function cost({ models }: ReportContent): BarChart | null {
  const bars = models
    .filter(({ costUsd }) => costUsd > 0)
    .slice(0, MOST_BARS)
    .map(({ name, costUsd }) => ({ label: name, value: costUsd }));
  return bars.length === 0 ? null : { kind: 'bars', title: 'Cost by model', unit: 'usd', bars };
}
