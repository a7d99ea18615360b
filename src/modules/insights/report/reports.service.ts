import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { InvalidFields, NotFound } from '#common/errors';
import { Clock, isTimeZone } from '#common/time';
import { BotsService } from '#modules/bots';
import { FiguresRepository, type FiguresScope } from '../figures.repository.js';
import type { Figures, HeatCell, TopicView } from '../insights.types.js';
import { periodBefore, periodOf, type PeriodWish } from '../period.js';
import { ChartRenderer } from '../ports/chart-renderer.port.js';
import { chartsOf, isChartName } from './report-charts.js';
import { type Drawings, reportPage } from './report-page.js';
import { ReportRepository, type ReportStep, type StepFigures } from './report.repository.js';
import type { KeyFigures, ReportContent, ReportedTopic } from './report.types.js';

/** What a report is to be about. */
export interface ReportWish extends PeriodWish {
  readonly timezone: string;
}

const MOST_TOPICS = 20;
const DAY_MS = 86_400_000;
/** Longer periods are drawn by week, and those of more than a year by month. */
const MOST_DAYS_BY_DAY = 92;
const MOST_DAYS_BY_WEEK = 366;

/** Insights to be looked at: as a page, and chart by chart. */
@Injectable()
export class ReportsService {
  constructor(
    private readonly bots: BotsService,
    private readonly figures: FiguresRepository,
    private readonly repository: ReportRepository,
    private readonly charts: ChartRenderer,
    private readonly clock: Clock,
  ) {}

  /** What the report says. @throws BotNotFound, InvalidFields */
  async content(actor: Actor, botId: string, wish: ReportWish): Promise<ReportContent> {
    const { timezone } = wish;
    if (!isTimeZone(timezone)) {
      const message = 'must be the IANA name of a time zone, such as Europe/Berlin';
      throw new InvalidFields([{ path: 'timezone', message }]);
    }
    const bot = await this.bots.get(actor, botId);
    const madeAt = this.clock.now();
    const period = periodOf(wish, madeAt);
    const scope: FiguresScope = { workspaceId: bot.workspaceId, botId, ...period };
    const before = periodBefore(period);
    const step = stepOf(period.to.getTime() - period.from.getTime());
    const [figures, earlier, volume, topics, heat, models] = await Promise.all([
      this.figures.total(scope),
      this.figures.total({ ...scope, ...before }),
      this.repository.volume(scope, step, timezone),
      this.figures.topics(scope, before, { level: 2, hidden: false }, { limit: MOST_TOPICS }),
      this.figures.heat(scope, timezone),
      this.figures.models(scope),
    ]);
    return {
      ...{ botName: bot.name, ...period, timezone, madeAt },
      ...{ figures: keyFiguresOf(figures), before: keyFiguresOf(earlier) },
      volume: volume.map((figuresOfStep) => pointOf(figuresOfStep, step)),
      topics: topics.data.filter(({ figures: { questions } }) => questions > 0).map(topicOf),
      gaps: [],
      hours: hoursOf(heat),
      models: models.map(({ provider, name, ...rest }) => ({ name: `${provider} / ${name}`, ...rest })),
      noticed: [],
    };
  }

  /** The report as one page that needs nothing else. @throws BotNotFound, InvalidFields */
  async page(actor: Actor, botId: string, wish: ReportWish): Promise<string> {
    return this.pageOf(await this.content(actor, botId, wish));
  }

  async pageOf(content: ReportContent): Promise<string> {
    const entries = Object.entries(chartsOf(content)).map(async ([name, chart]) => [
      name,
      chart && { title: chart.title, svg: await this.charts.render(chart) },
    ]);
    return reportPage(content, Object.fromEntries(await Promise.all(entries)) as Drawings);
  }

  /** One chart as SVG. @throws BotNotFound, InvalidFields; NotFound when there is nothing to draw */
  async chart(actor: Actor, botId: string, name: string, wish: ReportWish): Promise<string> {
    const content = await this.content(actor, botId, wish);
    const chart = isChartName(name) ? chartsOf(content)[name] : null;
    if (!chart) throw new NotFound('Anything to draw');
    return this.charts.render(chart);
  }
}

function stepOf(ms: number): ReportStep {
  const days = ms / DAY_MS;
  if (days <= MOST_DAYS_BY_DAY) return 'day';
  return days <= MOST_DAYS_BY_WEEK ? 'week' : 'month';
}

function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function keyFiguresOf(figures: Figures): KeyFigures {
  const { questions, users, costUsd, latencyP50Ms } = figures;
  return {
    ...{ questions, users, costUsd, latencyP50Ms },
    answeredRate: rate(figures.answered, figures.completed),
    resolvedRate: rate(figures.resolved, figures.completed),
    ratedUpRate: rate(figures.ratedUp, figures.ratedUp + figures.ratedDown),
  };
}

function topicOf({ name, figures, questionsBefore }: TopicView): ReportedTopic {
  const { questions, answeredRate, ratedUpRate, costUsd } = keyFiguresOf(figures);
  return { name, questions, questionsBefore, answeredRate, ratedUpRate, costUsd };
}

/** `26 Nov`, or `Nov 2026` for a month. */
function pointOf(
  { day, questions, completed, answered }: StepFigures,
  step: ReportStep,
): ReportContent['volume'][number] {
  const options = step === 'month' ? { month: 'short', year: 'numeric' } : { day: 'numeric', month: 'short' };
  const label = new Intl.DateTimeFormat('en-GB', { ...(options as object), timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
  return { label, questions, answeredRate: rate(answered, completed) };
}

function hoursOf(cells: readonly HeatCell[]): number[][] {
  const hours = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const { weekday, hour, questions } of cells) {
    const row = hours[weekday - 1];
    if (row) row[hour] = questions;
  }
  return hours;
}
