/**
 * Owns the hints that processes give each other, so that nobody has to wait for its next look into the database.
 * Does not own what they are about: the database is right whether a hint came or not.
 * Announces nothing.
 */
export { type Signal, SignalBus } from './ports/signal-bus.port.js';
export { SignalsModule } from './signals.module.js';
