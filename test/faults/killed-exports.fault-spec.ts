import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { ApiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { fetchFile, linesOf, sha256 } from '../support/exports.js';
import type { ExportFormat, ExportResponse } from '../support/generated/api.js';
import { Installation, signUp } from '../support/installation.js';
import { createBot } from '../support/journey.js';
import { skipLoudly } from '../support/skip-loudly.js';

const databaseUrl = process.env['TEST_DATABASE_URL'];
const redisUrl = process.env['TEST_REDIS_URL'];
const CONVERSATIONS = 20_000;
const A_CONVERSATION = 10;
const ROWS = CONVERSATIONS * A_CONVERSATION;
/** A UUIDv7 of now. */
const ID = `(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
  || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid`;
const KILLS = 5;
/** A worker is killed so long at most after it has taken the export. */
const LIFE_MS = 700;
/** Each job lost takes a heartbeat to be noticed. */
const PATIENCE_MS = 90_000;

if (databaseUrl && redisUrl) {
  describe('an export whose worker is killed again and again', () => {
    let installation: Installation;
    let files: string;
    let owner: ApiClient;

    beforeAll(async () => {
      files = mkdtempSync(join(tmpdir(), 'colloquy-exports-'));
      installation = await Installation.open({ databaseUrl, redisUrl });
      owner = await signUp((await installation.api({ DATA_DIR: files })).url);
      const { id: botId } = await createBot(owner);
      await installation.rows(
        `insert into conversations (id, workspace_id, bot_id, channel, created_by_id, message_count, last_message_at,
           turn_stop_requested, metadata, created_at, updated_at)
         select ${ID}, b.workspace_id, b.id, 'api', b.id, $2, now(), false, '{}', now(), now()
         from bots b, generate_series(1, $3::int) where b.id = $1`,
        [botId, A_CONVERSATION, CONVERSATIONS],
      );
      await installation.rows(
        `insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, created_at)
         select ${ID}, c.workspace_id, c.id, c.id, n, 'user', 'No. ' || n || ' ' || repeat(md5(c.id::text), 10), 'complete', now()
         from conversations c, generate_series(1, $1::int) n`,
        [A_CONVERSATION],
      );
    }, 240_000);

    afterAll(async () => {
      await installation.close();
      rmSync(files, { recursive: true, force: true });
    });

    const show = async (exportId: string): Promise<ExportResponse> =>
      (await owner.send('exports.get', { exportId })).body;
    const attemptsOf = async (exportId: string): Promise<number> => {
      const jobId = (await show(exportId)).job?.id ?? '';
      return (await owner.send('jobs.get', { jobId })).body.attempt;
    };
    const fileOf = async (id: string): Promise<Buffer> =>
      Buffer.from(await (await fetchFile(owner, `/v1/exports/${id}/download`)).arrayBuffer());
    const rowsIn = async (format: ExportFormat, bytes: Buffer): Promise<unknown[]> => {
      if (format === 'csv') return parse(bytes, { columns: true });
      if (format === 'jsonl') return linesOf(bytes);
      return parquetReadObjects({ file: Uint8Array.from(bytes).buffer, compressors });
    };
    const started = async (format: ExportFormat): Promise<string> => {
      const columns = ['id', 'position', 'content'];
      const body = { resource: 'messages', format, columns } as const;
      return (await owner.send('exports.create', { body: { ...body, columns: [...columns] } })).body.id;
    };
    const ready = (id: string): Promise<ExportResponse> =>
      eventually(
        () => show(id),
        ({ status }) => status === 'ready' || status === 'failed',
        PATIENCE_MS,
      );

    it.each<ExportFormat>(['csv', 'parquet'])(
      'has every row once as %s, and the same as one that nobody disturbed',
      async (format) => {
        const id = await started(format);
        const seen: ExportResponse[] = [];
        for (let kills = 0; kills < KILLS; kills += 1) {
          const doomed = await installation.worker({ DATA_DIR: files });
          await eventually(
            () => attemptsOf(id),
            (attempts) => attempts > kills,
            PATIENCE_MS,
          );
          await new Promise((resolve) => setTimeout(resolve, Math.random() * LIFE_MS));
          await doomed.kill();
          seen.push(await show(id));
        }
        const last = await installation.worker({ DATA_DIR: files });
        const done = await ready(id);
        const undisturbed = await ready(await started(format));
        await last.stop();

        const bytes = await fileOf(id);
        const rows = (await rowsIn(format, bytes)) as { id: string }[];
        expect(done).toMatchObject({ status: 'ready', rows: ROWS, sha256: sha256(bytes) });
        expect(seen.map(({ status }) => status)).not.toContain('ready');
        expect(rows).toHaveLength(ROWS);
        expect(new Set(rows.map((row) => row.id)).size).toBe(ROWS);
        expect(rows).toEqual(await rowsIn(format, await fileOf(undisturbed.id)));
      },
      240_000,
    );
  });
} else {
  skipLoudly('an export whose worker is killed again and again', 'TEST_DATABASE_URL and TEST_REDIS_URL');
}
