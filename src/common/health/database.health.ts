import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Sql } from '#common/database';
import type { HealthIndicator } from './health.indicator.js';
import { HealthService } from './health.service.js';

@Injectable()
export class DatabaseHealth implements HealthIndicator, OnModuleInit {
  readonly name = 'database';

  constructor(
    private readonly health: HealthService,
    private readonly sql: Sql,
  ) {}

  onModuleInit(): void {
    this.health.register(this);
  }

  async check(): Promise<void> {
    await this.sql.acrossWorkspaces('is the database there', 'select 1');
  }
}
