// A fresh database, migrated, must have every table and column that the entities say, with its type.
import { MikroORM } from '@mikro-orm/core';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../src/app.module.js';
import { embeddedOptions, openPglite } from '../src/common/database/index.js';
import { loadConfig } from '../src/config/index.js';

const secret = 'only-for-checking-migrations-0123456789';
const config = loadConfig({
  JWT_SECRET: secret,
  ENCRYPTION_KEY: secret,
  LOG_LEVEL: 'silent',
  NODE_ENV: 'test',
});
const orm = embeddedOptions(() => openPglite({}));
const app = await NestFactory.create(await AppModule.with({ config, runsJobs: false, orm }), {
  logger: false,
});
const { migrator, schema } = app.get(MikroORM);
await migrator.up();
const difference = await schema.getUpdateSchemaSQL({ wrap: false });
// Keys, checks, indexes, defaults, triggers and tables of raw SQL stand in the migrations alone (docs/adr/0002): the entities
// say less, which the comparison takes for something to be dropped.
const KEPT =
  /^(drop (index|table|trigger|function)|alter table "\w+" (drop constraint|alter column "\w+" drop default))/;
const statements = difference.split('\n').filter((line) => line.trim() !== '' && !KEPT.test(line));
process.stdout.write(
  statements.length === 0
    ? 'The migrations make what the entities say.\n'
    : `Differences:\n${statements.join('\n')}\n`,
);
process.exit(statements.length === 0 ? 0 : 1);
