import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import type { AppConfig } from '#config';
import { HealthService } from '#common/health';
import { setUpHttp } from './http-setup.js';
import { onStopSignal, prepareDatabase, prepareProcess, runProcess, tell } from './process.js';
import { WorkerModule } from './worker.module.js';

/** What a worker tells of itself. */
const TOLD = /^\/(?:health|metrics)(?:\/|$)/;

/** Modules bring their routes along, without the guards of an API: a worker serves none of them. */
function serveNoApi(request: Request, _response: Response, next: NextFunction): void {
  if (!TOLD.test(request.path)) request.url = '/';
  next();
}

/** Starts the jobs and, where the operator wants to look, listens. An application context would start them too early. */
async function begin(app: NestExpressApplication, { server }: AppConfig): Promise<string> {
  if (server.workerPort === undefined) {
    await app.init();
    return 'The worker is ready.';
  }
  await app.listen(server.workerPort, server.host);
  return `The worker is ready at  ${await app.getUrl()}`;
}

async function start(): Promise<void> {
  tell('Starting a Colloquy worker ...');
  const config = await prepareProcess();
  const app = await NestFactory.create<NestExpressApplication>(await WorkerModule.with({ config }), {
    bufferLogs: true,
    bodyParser: false,
  });
  setUpHttp(app, config);
  app.use(serveNoApi);
  await prepareDatabase(app, config);
  const ready = await begin(app, config);
  onStopSignal(() => {
    app.get(HealthService).markStopping();
    return app.close();
  });
  tell(ready);
}

runProcess(start);
