// A fresh database, migrated, must be what the entities say: nothing to add, nothing to drop.
import { MikroORM } from '@mikro-orm/core';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../src/app.module.js';
import { embeddedOptions, openPglite } from '../src/common/database/index.js';
import { loadConfig } from '../src/config/index.js';

const secret = 'only-for-checking-migrations-0123456789';
const config = loadConfig({ JWT_SECRET: secret, ENCRYPTION_KEY: secret, LOG_LEVEL: 'silent', NODE_ENV: 'test' });
const orm = embeddedOptions(() => openPglite({}));
const app = await NestFactory.create(await AppModule.with({ config, runsJobs: false, orm }), { logger: false });
const { migrator, schema } = app.get(MikroORM);
await migrator.up();
const difference = await schema.getUpdateSchemaSQL({ wrap: false });
const statements = difference.split('\n').filter((line) => line.trim() !== '');
process.stdout.write(
  statements.length === 0 ? 'The migrations make what the entities say.\n' : `Differences:\n${statements.join('\n')}\n`,
);
process.exit(statements.length === 0 ? 0 : 1);
