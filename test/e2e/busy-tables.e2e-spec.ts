import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Sql, Tenancy, UnitOfWork } from '#common/database';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnPostgres } from '../support/database-targets.js';
import { eventually } from '../support/eventually.js';
import { createTable, ended, sendFile, type TableIds } from '../support/journey.js';

/** It waits for locks for three seconds at a time, on a machine that may be busy itself. */
const PATIENCE_MS = 60_000;

describeOnPostgres('a table that somebody reads for long', (target) => {
  let testApp: TestApp;
  let editor: TestMember;
  let ids: TableIds;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
  });
  beforeEach(async () => {
    editor = await (await testApp.workspace()).as('editor');
    ids = await createTable(editor, 'Stock');
  });
  afterAll(() => testApp.close());

  /** Has the table until the returned function is called. */
  const read = async (): Promise<() => Promise<void>> => {
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const reading = testApp.app.get(Tenancy, { strict: false }).runUnbound(() =>
      testApp.app.get(UnitOfWork, { strict: false }).run(async () => {
        await testApp.app
          .get(Sql, { strict: false })
          .acrossWorkspaces(
            'somebody reads',
            `lock table hosted.t_${ids.tableId.replaceAll('-', '')} in access share mode`,
          );
        begun.resolve();
        await release.promise;
      }),
    );
    await Promise.race([begun.promise, reading]);
    return async () => {
      release.resolve();
      await reading;
    };
  };
  const turnsOf = async (jobId: string): Promise<number> => {
    const [row] = await testApp.app.get(Tenancy, { strict: false }).runUnbound(() =>
      testApp.app.get(Sql, { strict: false }).acrossWorkspaces<{
        turns: number;
      }>('a test looks on', 'select turns from jobs where id = ?', [jobId]),
    );
    return row?.turns ?? 0;
  };

  const converted = async (): Promise<string> => {
    const { body } = await editor.send('fields.convert', {
      ...{ tableId: ids.tableId, fieldId: ids.fieldId },
      body: { type: 'text' },
    });
    return body.job.id;
  };
  const replaced = async (): Promise<string> => {
    const fileId = await sendFile(editor, 'goods.csv', 'Code,Title\nA1,New\n');
    const { body } = await editor.send('tableImports.start', {
      tableId: ids.tableId,
      body: { fileId, mode: 'replace' },
    });
    return body.job?.id ?? '';
  };

  it.each([
    ['the conversion of a field', converted],
    ['a replacement of its records', replaced],
  ])('is waited for by %s', async (_, begin) => {
    const release = await read();
    const jobId = await begin();
    await eventually(
      () => turnsOf(jobId),
      (turns) => turns > 0,
      PATIENCE_MS,
    );
    const { body: meanwhile } = await editor.send('jobs.get', { jobId });

    await release();

    expect(['queued', 'running']).toContain(meanwhile.state);
    expect(await ended(editor, jobId)).toMatchObject({ state: 'succeeded' });
  });
});
