/**
 * Owns how connections to Redis are made and kept.
 * Does not own what goes over them: jobs, signals and limits have connections of their own.
 * Announces nothing.
 */
export { connectRedis, type OutageReport } from './connect-redis.js';
