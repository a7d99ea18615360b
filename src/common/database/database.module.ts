import type { OrmOptions } from './orm-options.js';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { PgliteDriver } from '@mikro-orm/pglite';
import { type DynamicModule, Module } from '@nestjs/common';
import { EmbeddedCare } from './embedded-care.js';
import { PoolCensus } from './pool-census.js';
import { Sql } from './sql.js';
import { TableStatistics } from './table-statistics.js';
import { Tenancy } from './tenancy.js';
import { UnitOfWork } from './unit-of-work.js';

/** The database, units of work and tenancy, for every module. */
@Module({})
export class DatabaseModule {
  static async with(options: OrmOptions): Promise<DynamicModule> {
    return {
      module: DatabaseModule,
      global: true,
      imports: [await MikroOrmModule.forRoot({ ...options, autoLoadEntities: true })],
      providers: [
        PoolCensus,
        Sql,
        TableStatistics,
        Tenancy,
        UnitOfWork,
        ...(options.driver === PgliteDriver ? [EmbeddedCare] : []),
      ],
      exports: [Sql, TableStatistics, Tenancy, UnitOfWork],
    };
  }
}
