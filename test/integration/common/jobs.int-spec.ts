import { QueueConfig } from '#config';
import { describeJobCarrier } from '../../contracts/job-carrier.contract.js';
import { testDatabases } from '../../support/database.js';
import { openTestRedis } from '../../support/redis.js';
import { skipLoudly } from '../../support/skip-loudly.js';

const redisUrl = process.env['TEST_REDIS_URL'];

testDatabases().forEach((target) => {
  describeJobCarrier(`Jobs in the process, on ${target.name}`, target, () => ({
    queue: new QueueConfig(),
    forget: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }));
});

if (redisUrl) {
  testDatabases().forEach((target) => {
    describeJobCarrier(`Jobs over Redis, on ${target.name}`, target, () => {
      const redis = openTestRedis(redisUrl);
      return {
        queue: Object.assign(new QueueConfig(), { redisUrl, prefix: redis.prefix }),
        forget: () => redis.flush(),
        close: () => redis.close(),
      };
    });
  });
} else {
  skipLoudly('Jobs over Redis', 'TEST_REDIS_URL');
}

if (!process.env['TEST_DATABASE_URL']) skipLoudly('Jobs on Postgres', 'TEST_DATABASE_URL');
