/**
 * Owns the clock that is injected wherever time matters.
 * Does not own schedules (see `common/jobs`).
 * Announces nothing.
 */
export { Clock, SystemClock } from './clock.js';
export { TimeModule } from './time.module.js';
