import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { NotFound } from '#common/errors';
import { Clock } from '#common/time';
import { InsightsService } from '../insights.service.js';
import type { ReportWish } from '../report.types.js';
import { ChartRenderer } from '../ports/chart-renderer.port.js';
import { chartsOf, isChartName } from './report-charts.js';
import { contentOf } from './report-content.js';
import { type Drawings, reportPage } from './report-page.js';
import type { ReportContent } from './report.types.js';

/** Insights to be looked at: as a page, and chart by chart. */
@Injectable()
export class ReportsService {
  constructor(
    private readonly insights: InsightsService,
    private readonly charts: ChartRenderer,
    private readonly clock: Clock,
  ) {}

  /** What the report says. @throws BotNotFound, InvalidFields */
  async content(actor: Actor, botId: string, { timeZone, ...period }: ReportWish): Promise<ReportContent> {
    return contentOf(await this.insights.report(actor, botId, period, timeZone), this.clock.now());
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
