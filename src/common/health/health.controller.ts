import { Controller, Get, Res } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '#common/access';
import { Answers, Does, Topic } from '#common/http';
import { LivenessResponse, ReadinessResponse } from './health.responses.js';
import { HealthService } from './health.service.js';

@Controller('health')
@Topic('Whether the process runs and can serve.')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @Does('Answers as long as the process runs.')
  @Public()
  @Answers(200, LivenessResponse)
  live(): LivenessResponse {
    return { status: 'up' };
  }

  @Get('ready')
  @Does('Answers 200 when the process can serve requests, else 503; names each dependency.')
  @Public()
  @Answers(200, ReadinessResponse)
  @ApiResponse({ status: 503, type: ReadinessResponse, description: 'Not ready, or about to stop.' })
  async ready(@Res({ passthrough: true }) response: Response): Promise<ReadinessResponse> {
    const readiness = await this.health.check();
    response.status(readiness.ready ? 200 : 503);
    return ReadinessResponse.from(readiness);
  }
}
