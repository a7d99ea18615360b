import type { AnsweredShare, Gap } from '../gaps.types.js';
import type { Figures, HeatCell, TopicView } from '../insights.types.js';
import type { InsightsReport } from '../report.types.js';
import type { ExplainedAnomaly, TrendPoint } from '../trends/trends.types.js';
import type { Watched } from '../trends/anomalies.js';
import { count, day, duration, percent, usd } from './figure-texts.js';
import type { KeyFigures, ReportContent, ReportedGap, ReportedTopic } from './report.types.js';

const WATCHED: Readonly<Record<Watched, { name: string; text: (value: number) => string }>> = {
  questions: { name: 'Questions', text: count },
  answered: { name: 'Answered', text: percent },
  rating: { name: 'Rated up', text: percent },
  cost: { name: 'Cost of a question', text: usd },
  latency: { name: 'Time to answer', text: duration },
};

/** Puts into words and shares what insights tell in counts. */
export function contentOf(report: InsightsReport, madeAt: Date): ReportContent {
  const { bot, timeZone, overview, trends, topics, gaps, heat } = report;
  return {
    ...{ botName: bot.name, ...overview.period, timezone: timeZone, madeAt },
    ...{ figures: keyFiguresOf(overview.figures), before: keyFiguresOf(overview.before) },
    volume: trends.points.map((point) => pointOf(point, timeZone)),
    topics: topics.filter(({ figures: { questions } }) => questions > 0).map(topicOf),
    gaps: gaps.map(gapOf),
    hours: hoursOf(heat),
    models: overview.models.map(({ provider, name, answers, costUsd }) => ({
      ...{ name: `${provider} / ${name}`, answers, costUsd },
    })),
    noticed: [
      ...trends.anomalies.map((anomaly) => sentenceOf(anomaly, timeZone)),
      ...trends.appeared.map(({ name, at }) => `“${name}” has come up since ${day(at, timeZone)}.`),
      ...trends.vanished.map(
        ({ name, at }) => `“${name}” has not been asked about since ${day(at, timeZone)}.`,
      ),
    ],
  };
}

function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function keyFiguresOf(figures: Figures): KeyFigures {
  const { questions, users, completed, costUsd, latencyP50Ms } = figures;
  return {
    ...{ questions, users, completed, costUsd, latencyP50Ms },
    ratings: figures.ratedUp + figures.ratedDown,
    answeredRate: rate(figures.answered, figures.completed),
    resolvedRate: rate(figures.resolved, figures.completed),
    ratedUpRate: rate(figures.ratedUp, figures.ratedUp + figures.ratedDown),
  };
}

function topicOf({ name, figures, questionsBefore }: TopicView): ReportedTopic {
  const { questions, answeredRate, ratedUpRate, costUsd } = keyFiguresOf(figures);
  return { name, questions, questionsBefore, answeredRate, ratedUpRate, costUsd };
}

function gapOf({ question, users, state, before, after, fixedAt }: Gap): ReportedGap {
  const shareOf = ({ answered, completed }: AnsweredShare): number | null => rate(answered, completed);
  return {
    ...{ question, people: users, state, answeredBefore: shareOf(before) },
    answeredAfter: fixedAt === null ? null : shareOf(after),
  };
}

function pointOf({ at, figures }: TrendPoint, timeZone: string): ReportContent['volume'][number] {
  const format = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone });
  const { questions, answered, completed } = figures;
  return { label: format.format(at), questions, answeredRate: rate(answered, completed) };
}

function hoursOf(cells: readonly HeatCell[]): number[][] {
  const hours = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const { weekday, hour, questions } of cells) {
    const row = hours[weekday - 1];
    if (row) row[hour] = questions;
  }
  return hours;
}

/** `Questions: 128 on 16 November 2026, where 41 was to be expected; above all “Opening hours”.` */
function sentenceOf(
  { metric, from, to, value, expected, drivers }: ExplainedAnomaly,
  timeZone: string,
): string {
  const { name, text } = WATCHED[metric];
  const [first, last] = [day(from, timeZone), day(new Date(to.getTime() - 1), timeZone)];
  const when = first === last ? `on ${first}` : `from ${first} to ${last}`;
  const why =
    drivers.length === 0 ? '' : `; above all ${drivers.map((driver) => `“${driver.name}”`).join(', ')}`;
  return `${name}: ${text(value)} ${when}, where ${text(expected)} was to be expected${why}.`;
}
