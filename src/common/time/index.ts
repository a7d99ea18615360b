/**
 * Owns the clock that is injected wherever time matters, and looking at something again and again.
 * Does not own schedules (see `common/schedules`).
 * Announces nothing.
 */
export { Clock, SystemClock } from './clock.js';
export { Lookout, type LookoutOptions } from './lookout.js';
export { isTimeZone } from './time-zone.js';
export { TimeModule } from './time.module.js';
