import { Module } from '@nestjs/common';
import { InsightsModule } from './insights.module.js';
import { RunInsightsHandler } from './jobs/run-insights.handler.js';

/** What the process that runs jobs has besides the module itself. */
@Module({ imports: [InsightsModule], providers: [RunInsightsHandler] })
export class InsightsWorkerModule {}
