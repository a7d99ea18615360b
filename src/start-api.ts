import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AppConfig } from '#config';
import { AppModule } from './app.module.js';
import { gracefulStop } from './graceful-stop.js';
import { serveDocument, setUpHttp } from './http-setup.js';
import { onStopSignal, prepareDatabase, prepareProcess, runProcess, tell } from './process.js';

/** `--api` leaves background work to worker processes. */
const runsJobs = !process.argv.includes('--api');

function announce(address: string, config: AppConfig): void {
  const { database, queue, storage, providers } = config;
  const parts = [
    database.url ? 'Postgres' : `embedded, in ${storage.dataDir}`,
    queue.redisUrl ? (runsJobs ? 'Redis, run here' : 'Redis, run by workers') : 'inside this process',
    providers.openAiApiKey || providers.openAiBaseUrl
      ? 'local/extractive, openai'
      : 'local/extractive (no key needed)',
  ];
  tell(
    [
      '',
      `  Colloquy is ready at  ${address}`,
      `  API, to try it out    ${address}/docs`,
      `  Database              ${parts[0]}`,
      `  Background work       ${parts[1]}`,
      `  Models                ${parts[2]}`,
      `  Next                  npm run demo -- https://example.com/     (in another terminal)`,
      '',
    ].join('\n'),
  );
}

async function start(): Promise<void> {
  tell('Starting Colloquy ...');
  const config = await prepareProcess();
  const app = await NestFactory.create<NestExpressApplication>(await AppModule.with({ config, runsJobs }), {
    bufferLogs: true,
    bodyParser: false,
  });
  setUpHttp(app, config);
  serveDocument(app);
  const stop = gracefulStop(app, config, runsJobs);
  await prepareDatabase(app, config);
  await app.listen(config.server.port, config.server.host);
  onStopSignal(stop);
  announce(await app.getUrl(), config);
}

runProcess(start);
