// Writes openapi/openapi.json from the controllers. No database is opened: nothing is asked of it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { format } from 'prettier';
import { AppModule } from '../src/app.module.js';
import { embeddedOptions, openPglite } from '../src/common/database/index.js';
import { loadConfig } from '../src/config/index.js';
import { describeApi } from '../src/http-setup.js';

const secret = 'only-for-writing-the-document-0123456789';
const config = loadConfig({
  JWT_SECRET: secret,
  ENCRYPTION_KEY: secret,
  LOG_LEVEL: 'silent',
  NODE_ENV: 'test',
});
const orm = embeddedOptions(() => openPglite({}));
const app = await NestFactory.create<NestExpressApplication>(
  await AppModule.with({ config, runsJobs: false, orm }),
  { logger: false },
);
const folder = join(process.cwd(), 'openapi');
mkdirSync(folder, { recursive: true });
const text = await format(JSON.stringify(describeApi(app)), { parser: 'json', printWidth: 110 });
writeFileSync(join(folder, 'openapi.json'), text);
process.exit(0);
