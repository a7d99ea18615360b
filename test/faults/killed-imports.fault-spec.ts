import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { Installation, signUp } from '../support/installation.js';
import type { ImportResponse, StartImportDto } from '../support/generated/api.js';
import { sendFile } from '../support/journey.js';
import { skipLoudly } from '../support/skip-loudly.js';

const databaseUrl = process.env['TEST_DATABASE_URL'];
const redisUrl = process.env['TEST_REDIS_URL'];
const ROWS = 150_000;
const KILLS = 2;
/** Each job lost takes a heartbeat to be noticed. */
const PATIENCE_MS = 90_000;

if (databaseUrl && redisUrl) {
  describe('an import whose worker is killed again and again', () => {
    let installation: Installation;
    let files: string;
    let owner: ApiClient;

    beforeAll(async () => {
      files = mkdtempSync(join(tmpdir(), 'colloquy-imports-'));
      installation = await Installation.open({ databaseUrl, redisUrl });
      owner = await signUp((await installation.api({ DATA_DIR: files })).url);
    });

    afterAll(async () => {
      await installation.close();
      rmSync(files, { recursive: true, force: true });
    });

    it.each<StartImportDto['mode']>(['append', 'replace'])(
      'writes every row once when it is to %s',
      async (mode) => {
        const { body: table } = await owner.send('tables.create', {
          body: {
            name: `For ${mode}`,
            fields: [
              { name: 'Code', type: 'text' },
              { name: 'Title', type: 'text' },
            ],
          },
        });
        const lines = Array.from(
          { length: ROWS },
          (_, index) => `${String(index)},title of ${String(index)}`,
        );
        const fileId = await sendFile(owner, 'many.csv', `Code,Title\n${lines.join('\n')}\n`);
        const { body: begun } = await owner.send('tableImports.start', {
          tableId: table.id,
          body: { fileId, mode },
        });
        const seen = async (): Promise<ImportResponse> =>
          (await owner.send('imports.get', { importId: begun.id })).body;
        for (let kills = 0; kills < KILLS; kills += 1) {
          const { created: before } = await seen();
          const doomed = await installation.worker({ DATA_DIR: files });
          await eventually(seen, ({ created }) => created > before, PATIENCE_MS);
          await doomed.kill();
        }
        const halfway = await seen();
        const last = await installation.worker({ DATA_DIR: files });

        const done = await eventually(
          seen,
          ({ status }) => ['succeeded', 'failed'].includes(status),
          PATIENCE_MS,
        );
        await last.stop();

        expect(halfway.status).not.toBe('succeeded');
        expect(halfway.created).toBeLessThan(ROWS);
        expect(done).toMatchObject({ status: 'succeeded', created: ROWS, rejected: 0 });
        const [field] = await installation.rows<{ column: string }>(
          `select column_name as column from hosted_fields where table_id = $1 and key = 'code'`,
          [table.id],
        );
        expect(
          await installation.rows(
            `select count(*)::int as rows, count(distinct ${field?.column ?? ''})::int as codes from hosted.t_${table.id.replaceAll('-', '')}`,
          ),
        ).toEqual([{ rows: ROWS, codes: ROWS }]);
      },
    );
  });
} else {
  skipLoudly('an import whose worker is killed again and again', 'TEST_DATABASE_URL and TEST_REDIS_URL');
}
