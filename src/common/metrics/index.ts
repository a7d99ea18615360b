/**
 * Owns `/metrics`, who may read it, and the measuring of requests.
 * Does not own the other metrics: modules declare theirs, see `common/telemetry`.
 * Announces nothing.
 */
export { MetricsModule } from './metrics.module.js';
export { RequestMeasurer } from './request-measurer.js';
