import { Controller, Get, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '#common/access';
import { NotFound, Unauthenticated } from '#common/errors';
import { Does, Fails, Topic } from '#common/http';
import { Meter } from '#common/telemetry';
import { MetricsTokenGuard } from './metrics-token.guard.js';

@Controller('metrics')
@Topic('Figures for those who watch over the installation.')
export class MetricsController {
  constructor(private readonly meter: Meter) {}

  @Get()
  @Does(
    'Shows how the process is doing, for Prometheus.',
    'Takes the secret `METRICS_TOKEN` as bearer token; without that setting the route answers 404.',
  )
  @Public()
  @ApiBearerAuth('metrics')
  @UseGuards(MetricsTokenGuard)
  @ApiOkResponse({
    description: 'Metrics in the text format of Prometheus.',
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  @Fails(Unauthenticated, NotFound)
  async show(@Res({ passthrough: true }) response: Response): Promise<string> {
    const { contentType, text } = await this.meter.expose();
    response.type(contentType);
    return text;
  }
}
