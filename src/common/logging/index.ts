/**
 * Owns the form of log lines and what must never stand in them.
 * Does not own what is worth a line: that is decided where it happens.
 * Announces nothing.
 */
export { QuietStartLogger } from './quiet-start.logger.js';
export { LoggingModule } from './logging.module.js';
