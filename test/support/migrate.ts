import { MikroORM } from '@mikro-orm/core';
import type { OrmOptions } from '#common/database';

/** Runs every migration on a new database and then `work`, before the connection is closed. */
export async function migrate<T>(options: OrmOptions, work: () => Promise<T>): Promise<T> {
  const orm = await MikroORM.init({ ...options, logger: () => undefined });
  try {
    await orm.migrator.up();
    return await work();
  } finally {
    await orm.close();
  }
}
