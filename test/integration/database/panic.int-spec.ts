import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/core';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DiskSpace, embeddedOptions, openPglite, Sql, UnitOfWork } from '#common/database';
import { skipLoudly } from '../../support/skip-loudly.js';
import { SmallDisk } from '../../support/small-disk.js';

const REASON = 'test';

if (SmallDisk.isPossible()) {
  describe('an embedded database on a disk that is full', () => {
    let disk: SmallDisk;
    let orm: MikroORM;
    let sql: Sql;

    beforeAll(async () => {
      Logger.overrideLogger(false);
      const mounted = SmallDisk.mount(260);
      if (!mounted) throw new Error('There is no disk to fill.');
      disk = mounted;
      const options = embeddedOptions(
        () => openPglite({ dataDir: join(disk.folder, 'postgres') }),
        new DiskSpace(disk.folder),
      );
      orm = await MikroORM.init({ ...options, entities: [], logger: () => undefined });
      sql = new Sql(orm.em);
      await sql.acrossWorkspaces(REASON, 'create table filled (id int primary key)');
    });

    afterAll(async () => {
      await orm.close();
      disk.unmount();
    });

    const insert = (id: number) => sql.acrossWorkspaces(REASON, 'insert into filled values (?::int)', [id]);
    /** Writes ahead without looking at the space that is left, as whatever else uses the disk would take it away. */
    const writeAhead = () =>
      sql.acrossWorkspaces(REASON, `select pg_logical_emit_message(true, 'test', repeat('x', 1000000))`);
    const count = async (): Promise<number> =>
      (await sql.acrossWorkspaces<{ count: number }>(REASON, 'select count(*)::int as count from filled'))[0]
        ?.count ?? -1;

    it('loses no confirmed row when Postgres panics, and goes on when there is space', async () => {
      await insert(1);
      disk.fill(10);
      const refused = await insert(2).catch((error: unknown) => error);
      let panic: unknown;
      for (let n = 0; n < 100 && !panic; n += 1) {
        await writeAhead().catch((error: unknown) => (panic = error));
      }
      const read = await count().catch((error: unknown) => error);
      const written = await new UnitOfWork(orm.em).run(() => insert(3)).catch((error: unknown) => error);

      disk.free();
      const kept = await count();
      await new UnitOfWork(orm.em).run(() => insert(4));

      expect(refused).toMatchObject({ code: '53100' });
      expect(panic).toMatchObject({ code: '53100', severity: 'PANIC' });
      expect([read, written]).toMatchObject([{ code: '53100' }, { code: '53100' }]);
      expect(kept).toBe(1);
      expect(await count()).toBe(2);
    });
  });
} else {
  skipLoudly('an embedded database on a disk that is full', 'the right to mount a tmpfs');
}
