import { Module } from '@nestjs/common';
import { MetricsController } from './metrics.controller.js';
import { MetricsTokenGuard } from './metrics-token.guard.js';
import { RequestMeasurer } from './request-measurer.js';

@Module({
  controllers: [MetricsController],
  providers: [MetricsTokenGuard, RequestMeasurer],
  exports: [RequestMeasurer],
})
export class MetricsModule {}
