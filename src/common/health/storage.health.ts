import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DatabaseConfig, StorageConfig } from '#config';
import { DiskSpace } from '#common/database';
import type { HealthIndicator } from './health.indicator.js';
import { HealthService } from './health.service.js';

/** Whether the disk has space for an embedded database to write; a server looks after its own. */
@Injectable()
export class StorageHealth implements HealthIndicator, OnModuleInit {
  readonly name = 'storage';

  constructor(
    private readonly health: HealthService,
    private readonly database: DatabaseConfig,
    private readonly storage: StorageConfig,
  ) {}

  onModuleInit(): void {
    if (!this.database.url) this.health.register(this);
  }

  check(): Promise<void> {
    return Promise.resolve().then(() => {
      new DiskSpace(this.storage.dataDir).assertEnough();
    });
  }
}
