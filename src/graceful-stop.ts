import { setTimeout as sleep } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AppConfig } from '#config';
import { HealthService } from '#common/health';
import { ConnectionDrain, OpenStreams } from '#common/http';
import { JobWorker } from '#common/jobs';

/** How long ended streams may take to tell their readers. */
const LAST_WORDS_MS = 1_000;

/**
 * Prepares an API process to be ended so that nobody notices but the readers of streams that outlive the drain limit,
 * and they are told. To be called before the process listens.
 */
export function gracefulStop(
  app: NestExpressApplication,
  { server, database }: AppConfig,
  runsJobs: boolean,
): (signal: NodeJS.Signals) => Promise<void> {
  const drain = new ConnectionDrain(app.getHttpServer());

  const serveOut = async (signal: NodeJS.Signals): Promise<void> => {
    drain.announce();
    // A person at a terminal has no balancer, and an embedded process has no sibling to send requests to.
    if (signal === 'SIGTERM' && database.url) await sleep(server.shutdownDelayMs);
    if (!(await drain.settle(server.drainTimeoutMs))) {
      app.get(OpenStreams).stopAll();
      drain.refuseRest();
      await drain.settle(LAST_WORDS_MS);
    }
    await drain.close();
  };

  return async (signal) => {
    app.get(HealthService).markStopping();
    const jobs = runsJobs ? app.get(JobWorker).stop() : undefined;
    await Promise.all([serveOut(signal), jobs]);
    await app.close();
  };
}
