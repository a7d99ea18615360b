import { NestFactory } from '@nestjs/core';
import { QuietStartLogger } from '#common/logging';
import { onStopSignal, prepareDatabase, prepareProcess, runProcess, tell } from './process.js';
import { WorkerModule } from './worker.module.js';

// An HTTP application that never listens: an application context would start jobs before the database was checked.
async function start(): Promise<void> {
  tell('Starting a Colloquy worker ...');
  const config = await prepareProcess();
  const app = await NestFactory.createApplicationContext(await WorkerModule.with({ config }), {
    bufferLogs: true,
  });
  app.useLogger(app.get(QuietStartLogger));
  await prepareDatabase(app, config);
  await app.init();
  onStopSignal(() => app.close());
  tell('The worker is ready.');
}

runProcess(start);
