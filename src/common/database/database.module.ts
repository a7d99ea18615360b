import type { OrmOptions } from './orm-options.js';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { type DynamicModule, Module } from '@nestjs/common';
import { Sql } from './sql.js';
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
      providers: [Sql, Tenancy, UnitOfWork],
      exports: [Sql, Tenancy, UnitOfWork],
    };
  }
}
