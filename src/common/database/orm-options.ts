import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import type { Options } from '@mikro-orm/core';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migrator } from '@mikro-orm/migrations';
import { PgliteDriver } from '@mikro-orm/pglite';
import { Logger } from '@nestjs/common';
import { createPostgreSqlTypeParsers } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { DatabaseConfig, StorageConfig } from '#config';
import { migrations } from '../../../migrations/index.js';
import { PackingClient } from './packing.client.js';
import { DiskSpace } from './disk-space.js';
import { PreparingClient } from './preparing.client.js';
import { ReleasingPostgresDriver } from './releasing-postgres.driver.js';
import { SerialPgliteDialect } from './serial-pglite.dialect.js';
import { SilenceWatch } from './silence-watch.js';

export type OrmOptions = Partial<Options>;

const array = createRequire(import.meta.url)('postgres-array') as { parse: (text: string) => string[] };

const logger = new Logger('Database');

const shared: OrmOptions = {
  colors: false,
  logger: (message) => {
    logger.debug(message);
  },
  entities: [],
  metadataProvider: ReflectMetadataProvider,
  extensions: [Migrator],
  migrations: {
    migrationsList: [...migrations],
    tableName: 'migrations',
    snapshot: false,
    transactional: true,
    allOrNothing: false,
  },
  // The foreign keys of other modules' tables stand in the migrations alone, see docs/adr/0002.
  schemaGenerator: { createForeignKeyConstraints: false },
  timezone: 'Z',
  forceUtcTimezone: true,
  discovery: { warnWhenNoEntities: false },
};

/** Opens an embedded database; without `dataDir` it lives in memory. */
export function openPglite(options: Pick<PGliteOptions, 'dataDir' | 'loadDataDir'>): Promise<PGlite> {
  return PGlite.create({
    ...options,
    extensions: { vector },
    parsers: createPostgreSqlTypeParsers((text) => array.parse(text)),
  });
}

/** ORM options on an embedded database; with `space`, nothing is written while there is too little of it. */
export function embeddedOptions(open: () => Promise<PGlite>, space?: DiskSpace): OrmOptions {
  return {
    ...shared,
    driver: PgliteDriver,
    dbName: 'postgres',
    driverOptions: new SerialPgliteDialect(open, space),
  };
}

/** ORM options on a Postgres server. */
export function serverOptions(config: Omit<DatabaseConfig, 'indexMemoryMb'>): OrmOptions {
  return {
    ...shared,
    driver: ReleasingPostgresDriver,
    clientUrl: config.url,
    pool: { min: 0, max: config.poolSize },
    driverOptions: {
      connectionTimeoutMillis: 5_000,
      application_name: 'colloquy',
      // Firewalls forget connections that say nothing for long, as while an index is built.
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      onPoolCreated: (pool: Pool) => new SilenceWatch(pool),
      Client: config.prepareStatements ? PreparingClient : PackingClient,
    },
  };
}

/** The options that the settings ask for. */
export function ormOptions(database: DatabaseConfig, storage: StorageConfig): OrmOptions {
  return database.url
    ? serverOptions(database)
    : embeddedOptions(
        () => openPglite({ dataDir: join(storage.dataDir, 'postgres') }),
        new DiskSpace(storage.dataDir),
      );
}
