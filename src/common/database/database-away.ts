import { ConnectionException, DriverException, LockWaitTimeoutException } from '@mikro-orm/core';

// Postgres: admin shutdown, crash shutdown, cannot connect now, too many connections; Node: connection failures.
const AWAY =
  /^(57P0[123]|53300|08\w{3}|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$|Connection terminated|timeout exceeded when trying to connect/;

/** Whether a failure means that the database cannot be reached just now, so that the same may succeed later. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof ConnectionException || error instanceof LockWaitTimeoutException) return true;
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string' && AWAY.test(code)) return true;
  return error instanceof DriverException || error.constructor === Error ? AWAY.test(error.message) : false;
}
