import { MikroORM } from '@mikro-orm/core';
import { loadConfig } from '#config';
import { ormOptions } from '#common/database';
import { runProcess, tell } from './process.js';

/** Brings the database up to date. Safe to run on a live one, and twice. */
async function migrate(): Promise<void> {
  const config = loadConfig();
  const orm = await MikroORM.init({
    ...ormOptions(config.database, config.storage),
    discovery: { warnWhenNoEntities: false },
    // What is done is told at the end, once; what fails is thrown.
    logger: () => undefined,
  });
  try {
    const done = await orm.migrator.up();
    tell(
      done.length === 0
        ? 'The database is up to date.'
        : `Applied ${done.map(({ name }) => name).join(', ')}.`,
    );
  } finally {
    await orm.close();
  }
}

runProcess(migrate);
