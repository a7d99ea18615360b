import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiParam, ApiResponse } from '@nestjs/swagger';
import type { Response } from 'express';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { STILL_PAGE_POLICY } from '#common/html';
import { Does, Fails, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { ReportQuery } from './dto/report.query.js';
import { CHART_NAMES } from './report/report-charts.js';
import { ReportsService } from './report/reports.service.js';

const PAGE = { 'text/html': { schema: { type: 'string' } } } as const;
const PICTURE = { 'image/svg+xml': { schema: { type: 'string' } } } as const;
const CHART = {
  name: 'chart',
  description: 'Which chart.',
  schema: { type: 'string', enum: CHART_NAMES.map((name) => `${name}.svg`) },
} as const;

@Controller('v1/bots/:botId/insights')
@Topic('Insights: what people ask a bot, what it cannot answer, and whether that changes.')
export class ReportController {
  constructor(private readonly reports: ReportsService) {}

  @Get('report')
  @Does(
    'Shows the insights of a period as a page.',
    'One file that loads nothing: it can be kept, sent and printed. Light or dark as its reader has it.',
  )
  @Can('read', 'Insight')
  @ApiResponse({ status: 200, description: 'A page.', content: PAGE })
  @Fails(NotFound)
  async show(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @Query() query: ReportQuery,
    @Res() response: Response,
  ): Promise<void> {
    send(response, 'html', await this.reports.page(actor, botId, query.toReport()));
  }

  @Get('charts/:chart')
  @Does('Draws one chart of the report.', 'Not found when there is nothing to draw.')
  @Can('read', 'Insight')
  @ApiParam(CHART)
  @ApiResponse({ status: 200, description: 'A picture.', content: PICTURE })
  @Fails(NotFound)
  async chart(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') botId: string,
    @Param('chart') chart: string,
    @Query() query: ReportQuery,
    @Res() response: Response,
  ): Promise<void> {
    send(
      response,
      'svg',
      await this.reports.chart(actor, botId, chart.replace(/\.svg$/, ''), query.toReport()),
    );
  }
}

function send(response: Response, type: 'html' | 'svg', content: string): void {
  response.setHeader('Content-Security-Policy', STILL_PAGE_POLICY).type(type).send(content);
}
