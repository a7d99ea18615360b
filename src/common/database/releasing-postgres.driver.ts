import type { Configuration } from '@mikro-orm/core';
import { PostgreSqlConnection, PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { PostgresDialect } from 'kysely';
import type { PoolConfig } from 'pg';
import { ReleasingDriver } from './releasing.driver.js';

class ReleasingPostgresConnection extends PostgreSqlConnection {
  override createKyselyDialect(overrides: PoolConfig): PostgresDialect {
    const dialect = super.createKyselyDialect(overrides);
    const createDriver = dialect.createDriver.bind(dialect);
    dialect.createDriver = () => new ReleasingDriver(createDriver());
    return dialect;
  }
}

/** Postgres, with a pool that loses no place when a connection breaks. */
export class ReleasingPostgresDriver extends PostgreSqlDriver {
  protected override readonly connection: PostgreSqlConnection;

  constructor(config: Configuration) {
    super(config);
    this.connection = new ReleasingPostgresConnection(config);
  }
}
