import { MikroORM } from '@mikro-orm/core';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { serverOptions, Sql, UnitOfWork } from '#common/database';
import { describeOnPostgres, type PreparedDatabase } from '../../support/database-targets.js';

describeOnPostgres('a pool of connections to Postgres', (target) => {
  let prepared: PreparedDatabase;
  let orm: MikroORM;

  beforeAll(async () => {
    prepared = await target.prepare();
    const options = serverOptions({ url: prepared.url ?? '', poolSize: 2, prepareStatements: true });
    orm = await MikroORM.init({ ...options, entities: [], logger: () => undefined });
  });

  afterAll(async () => {
    await orm.close();
    await prepared.drop();
  });

  it('has all its places after more transactions have lost their connection than it has places', async () => {
    const sql = new Sql(orm.em);
    const unitOfWork = new UnitOfWork(orm.em);
    const lost = Array.from({ length: 5 }, () =>
      unitOfWork.run(() => sql.acrossWorkspaces('test', 'select pg_terminate_backend(pg_backend_pid())')),
    );

    const outcomes = await Promise.allSettled(lost);

    expect(outcomes.map(({ status }) => status)).toEqual(lost.map(() => 'rejected'));
    expect(await unitOfWork.run(() => sql.acrossWorkspaces('test', 'select 1 as one'))).toEqual([{ one: 1 }]);
  });
});
