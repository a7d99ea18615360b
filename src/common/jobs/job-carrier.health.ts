import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type HealthIndicator, HealthService } from '#common/health';
import { JobCarrier } from './ports/job-carrier.port.js';

@Injectable()
export class JobCarrierHealth implements HealthIndicator, OnModuleInit {
  readonly name = 'queue';
  /** Jobs wait in the database: an outage of Redis must not take every API process out of service. */
  readonly isDispensable = true;

  constructor(
    private readonly health: HealthService,
    private readonly carrier: JobCarrier,
  ) {}

  onModuleInit(): void {
    this.health.register(this);
  }

  check(): Promise<void> {
    return this.carrier.assertReachable();
  }
}
