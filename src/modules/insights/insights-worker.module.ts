import { Module } from '@nestjs/common';
import { ConversationsModule } from '#modules/conversations';
import { InsightsWatcher } from './insights-watcher.js';
import { InsightsEraser } from './insights.eraser.js';
import { InsightsModule } from './insights.module.js';
import { ReplayGapHandler } from './jobs/replay-gap.handler.js';
import { RunInsightsHandler } from './jobs/run-insights.handler.js';
import { SendReportHandler } from './jobs/send-report.handler.js';
import { TellTopicsHandler } from './jobs/tell-topics.handler.js';

/** What the process that runs jobs has besides the module itself. */
@Module({
  imports: [ConversationsModule, InsightsModule],
  providers: [
    RunInsightsHandler,
    ReplayGapHandler,
    SendReportHandler,
    TellTopicsHandler,
    InsightsWatcher,
    InsightsEraser,
  ],
})
export class InsightsWorkerModule {}
