import {
  ConnectionException,
  DeadlockException,
  DriverException,
  LockWaitTimeoutException,
} from '@mikro-orm/core';

// Postgres: admin shutdown, crash shutdown, cannot connect now, disk full, too many connections; Node: connection failures.
const AWAY =
  /^(57P0[123]|53[13]00|08\w{3}|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$|Connection terminated|timeout exceeded when trying to connect|is not queryable/;

/** What two who want the same rows can do to each other. */
const PASSING = [ConnectionException, LockWaitTimeoutException, DeadlockException];

/** Whether a failure means that the database cannot do it just now, so that the same may succeed later. */
export function isDatabaseAway(error: unknown): boolean {
  if (PASSING.some((type) => error instanceof type)) return true;
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string' && AWAY.test(code)) return true;
  return error instanceof DriverException || error.constructor === Error ? AWAY.test(error.message) : false;
}
