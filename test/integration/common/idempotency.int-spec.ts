import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { IdempotencyRepository } from '../../../src/common/http/idempotency.repository.js';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';

describeOnEachDatabase('idempotency keys', (target) => {
  let db: TestDatabase;
  let calls: IdempotencyRepository;

  beforeAll(async () => {
    db = await createTestDatabase({ target });
    calls = new IdempotencyRepository(db.sql);
  });

  beforeEach(() => db.truncate());

  afterAll(() => db.close());

  const age = (interval: string): Promise<unknown> =>
    db.sql.acrossWorkspaces(
      'a fixture',
      `update idempotency_keys set created_at = now() - interval '${interval}'`,
    );

  it('are taken once, by one of many callers', async () => {
    const claims = await Promise.all([1, 2, 3].map(() => calls.claim('actor', 'key', 'print')));

    expect(claims.filter(Boolean)).toHaveLength(1);
  });

  it('are free again when the call failed, not when it was answered', async () => {
    await calls.claim('actor', 'key', 'print');
    await calls.release('actor', 'key');
    const again = await calls.claim('actor', 'key', 'print');
    await calls.complete('actor', 'key', 201, 'sealed');
    await calls.release('actor', 'key');

    expect(again).toBe(true);
    expect(await calls.find('actor', 'key')).toEqual({ fingerprint: 'print', status: 201, answer: 'sealed' });
  });

  it('can be taken over from a call that died, by the same call', async () => {
    await calls.claim('actor', 'key', 'print');
    await age('11 seconds');

    expect(await calls.claim('actor', 'key', 'other')).toBe(false);
    expect(await calls.claim('actor', 'key', 'print')).toBe(true);
  });

  it('cannot be taken over from a call that goes on', async () => {
    await calls.claim('actor', 'key', 'print');
    await age('11 seconds');
    await calls.renew('actor', 'key');

    expect(await calls.claim('actor', 'key', 'print')).toBe(false);
  });

  it('are forgotten after a day', async () => {
    await calls.claim('actor', 'key', 'print');
    await calls.complete('actor', 'key', 201, 'sealed');
    await age('25 hours');

    await calls.purge();

    expect(await calls.find('actor', 'key')).toBeNull();
  });
});
