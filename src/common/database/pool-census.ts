import { EntityManager } from '@mikro-orm/core';
import type { PostgreSqlConnection, SqlEntityManager } from '@mikro-orm/postgresql';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { defineGauge, Meter, type Reading, type Readings } from '#common/telemetry';
import { type PoolUse, SerialPgliteDialect } from './serial-pglite.dialect.js';

const connections = defineGauge({
  name: 'colloquy_database_connections',
  help: 'Connections of this process to the database, by state (in_use, idle).',
  labels: ['state'],
});

const waiting = defineGauge({
  name: 'colloquy_database_waiting',
  help: 'Pieces of work of this process that wait for a connection to the database.',
  labels: [],
});

/** Shows the use of the connection pool among the metrics. */
@Injectable()
export class PoolCensus implements OnModuleInit, Readings {
  readonly name = 'database_pool';
  readonly gauges = [connections, waiting];
  readonly isLocal = true;

  constructor(
    private readonly em: EntityManager,
    private readonly meter: Meter,
  ) {}

  onModuleInit(): void {
    this.meter.register(this);
  }

  async read(): Promise<readonly Reading[]> {
    const use = await this.#use();
    return [
      { gauge: connections, labels: { state: 'in_use' }, value: use.inUse },
      { gauge: connections, labels: { state: 'idle' }, value: use.idle },
      { gauge: waiting, value: use.waiting },
    ];
  }

  async #use(): Promise<PoolUse> {
    const embedded: unknown = this.em.config.get('driverOptions');
    if (embedded instanceof SerialPgliteDialect) return embedded.use();
    const connection = (this.em as SqlEntityManager).getConnection() as PostgreSqlConnection;
    const { totalCount, idleCount, waitingCount } = await connection.getNativeClient();
    return { inUse: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }
}
