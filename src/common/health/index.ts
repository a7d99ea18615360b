/**
 * Owns `/health/live` and `/health/ready`.
 * Does not own the checks of parts other than the database: they register themselves.
 * Announces nothing.
 */
export type { HealthIndicator } from './health.indicator.js';
export { HealthModule } from './health.module.js';
export { HealthService } from './health.service.js';
