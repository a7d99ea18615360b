import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { keptFiles, upload } from '../support/files/upload.js';
import { ended } from '../support/journey.js';

const MAX_FILES = 3;
const MAX_BYTES = 10_000;

describeOnEachDatabase('the files of a workspace', (target) => {
  let testApp: TestApp;
  let editor: TestMember;
  let before: number;

  beforeAll(async () => {
    const env = { MAX_WORKSPACE_FILES: String(MAX_FILES), MAX_WORKSPACE_FILE_BYTES: String(MAX_BYTES) };
    testApp = await createTestApp({ target, env });
  });
  beforeEach(async () => {
    editor = await (await testApp.workspace()).as('editor');
    before = kept();
  });
  afterAll(() => testApp.close());

  const kept = (): number => keptFiles(testApp.config.storage.dataDir).length;
  const sent = async (word: string, bytes = 100, by = editor) =>
    upload(by, `${word}.txt`, `${word} `.repeat(Math.ceil(bytes / (word.length + 1))).slice(0, bytes));

  it('are as many as it may have, however many come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => sent(`word${String(index)}`)));

    const refused = answers.filter(({ status }) => status !== 202);
    expect(refused.map(({ status, body }) => [status, body])).toEqual(
      Array.from({ length: 3 }, () => [
        409,
        expect.objectContaining({ code: 'datasources.file_limit_reached' }),
      ]),
    );
    expect(refused.map(({ headers }) => headers.get('content-type'))).toEqual(
      Array.from({ length: 3 }, () => expect.stringContaining('application/problem+json')),
    );
    expect((await editor.send('datasources.list', {})).body.data).toHaveLength(MAX_FILES);
    expect(kept()).toBe(before + MAX_FILES);
  });

  it('have as many bytes together as they may have, and room again once one was deleted', async () => {
    const first = await sent('alpha', 6_000);
    const beyond = await sent('beta', 4_001);
    const fits = await sent('gamma', 4_000);
    const another = await (await testApp.workspace()).as('editor');
    const elsewhere = await sent('delta', 6_000, another);
    const { id, job } = first.body;
    await ended(editor, job.id);
    await editor.send('datasources.remove', { datasourceId: id });

    const again = await sent('beta', 4_001);

    expect([first, beyond, fits, elsewhere, again].map(({ status }) => status)).toEqual([
      202, 409, 202, 202, 202,
    ]);
    expect(beyond.body).toMatchObject({
      code: 'datasources.file_limit_reached',
      detail: expect.stringMatching(/3 files of 10000 bytes/),
    });
  });
});
