import { Redis, type RedisOptions } from 'ioredis';

/** Twice as long as the longest command, Bull's waiting for a job. */
const ANSWER_WITHIN_MS = 10_000;

/** Told of the first failure after Redis answered, and of the first answer after that. */
export interface OutageReport {
  away(error: Error): void;
  back?(): void;
}

/**
 * A connection that comes back by itself whenever it is lost. So that it notices when it was lost without a word, which
 * TCP does after a quarter of an hour or never, it asks for an answer every so often.
 */
export function connectRedis(
  url: string,
  options: RedisOptions,
  report?: OutageReport,
  answerWithinMs = ANSWER_WITHIN_MS,
): Redis {
  const connection = new Redis(url, {
    retryStrategy: (times) => Math.min(times * 200, 2_000),
    ...options,
  });
  reportOutages(connection, report);
  renewWhenSilent(connection, answerWithinMs);
  return connection;
}

function reportOutages(connection: Redis, report?: OutageReport): void {
  let isAway = false;
  connection.on('error', (error: Error) => {
    if (!isAway) report?.away(error);
    isAway = true;
  });
  connection.on('ready', () => {
    if (isAway) report?.back?.();
    isAway = false;
  });
}

function renewWhenSilent(connection: Redis, answerWithinMs: number): void {
  let isWaiting = false;
  const heard = (): void => {
    isWaiting = false;
  };
  const asking = setInterval(() => {
    const { status } = connection;
    if (status !== 'ready' && status !== 'connect') return;
    if (isWaiting) {
      connection.disconnect(true);
      return;
    }
    isWaiting = true;
    if (status === 'ready') connection.ping().then(heard, () => undefined);
  }, answerWithinMs).unref();
  connection.on('ready', heard).on('close', heard);
  connection.on('end', () => {
    clearInterval(asking);
  });
}
