import { Global, Module } from '@nestjs/common';
import { DatabaseHealth } from './database.health.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { StorageHealth } from './storage.health.js';

@Global()
@Module({
  controllers: [HealthController],
  providers: [DatabaseHealth, HealthService, StorageHealth],
  exports: [HealthService],
})
export class HealthModule {}
