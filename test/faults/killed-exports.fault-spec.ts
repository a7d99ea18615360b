import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { fetchFile } from '../support/exports.js';
import type { ExportResponse } from '../support/generated/api.js';
import { Installation, signUp } from '../support/installation.js';
import { createBot } from '../support/journey.js';
import { skipLoudly } from '../support/skip-loudly.js';
import { WITHOUT_STATISTICS } from '../support/without-statistics.js';

const databaseUrl = process.env['TEST_DATABASE_URL'];
const redisUrl = process.env['TEST_REDIS_URL'];
const ROWS = 72_000;
const A_CONVERSATION = 10;
const KILLS = 5;
/** Each job lost takes some heartbeats to be noticed. */
const PATIENCE_MS = 90_000;
/** Ends what hangs: five jobs are lost, one after the other. */
const LIMIT_MS = 900_000;

/** A UUIDv7 of now. */
const ID = `(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
  || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid`;

interface Part {
  readonly id: string;
  readonly isFinished: boolean;
}

/** What is in a file, which is larger than one would want to hold. */
interface Content {
  readonly sha256: string;
  readonly ids: readonly string[];
}

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
      await installation.rows(WITHOUT_STATISTICS, []);
      await installation.rows(
        `insert into conversations (id, workspace_id, bot_id, channel, created_by_id, message_count, last_message_at,
           created_at, updated_at)
         select ${ID}, b.workspace_id, b.id, 'api', b.id, $2, now(), now(), now()
         from bots b, generate_series(1, $3::int) where b.id = $1`,
        [botId, A_CONVERSATION, ROWS / A_CONVERSATION],
      );
      // Long enough that a part holds some thousand of them.
      await installation.rows(
        `insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, created_at)
         select ${ID}, c.workspace_id, c.id, c.id, n, case when n % 2 = 1 then 'user' else 'assistant' end,
           repeat(md5(n || c.id::text), 128), 'complete', now()
         from conversations c, generate_series(1, $1::int) n`,
        [A_CONVERSATION],
      );
    }, LIMIT_MS);

    afterAll(async () => {
      await installation.close();
      rmSync(files, { recursive: true, force: true });
    });

    const begin = async (): Promise<string> =>
      (await owner.send('exports.create', { body: { resource: 'messages', format: 'jsonl' } })).body.id;
    const get = async (exportId: string): Promise<ExportResponse> =>
      (await owner.send('exports.get', { exportId })).body;
    const partsOf = (exportId: string): Promise<Part[]> =>
      installation.rows<Part>(
        `select id, finished_at is not null as "isFinished" from export_parts where export_id = $1 order by ordinal`,
        [exportId],
      );
    const ended = (exportId: string): Promise<ExportResponse> =>
      eventually(
        () => get(exportId),
        ({ status }) => ['ready', 'failed'].includes(status),
        PATIENCE_MS,
      );
    const contentOf = async (exportId: string): Promise<Content> => {
      const { body } = await fetchFile(owner, `/v1/exports/${exportId}/download`);
      const hash = createHash('sha256');
      const bytes = Readable.fromWeb(body as ReadableStream).on('data', (chunk: Uint8Array) => {
        hash.update(chunk);
      });
      const ids: string[] = [];
      for await (const line of createInterface({ input: bytes, crlfDelay: Infinity }))
        ids.push((JSON.parse(line) as { id: string }).id);
      return { sha256: hash.digest('hex'), ids };
    };

    it(
      'writes the file that it would have written undisturbed',
      async () => {
        const calm = await installation.worker({ DATA_DIR: files });
        const undisturbed = await ended(await begin());
        await calm.stop();
        const { length: partCount } = await partsOf(undisturbed.id);
        const took = Date.parse(undisturbed.finishedAt ?? '') - Date.parse(undisturbed.createdAt);
        const exportId = await begin();
        const points: object[] = [];

        for (let kills = 0; kills < KILLS; kills += 1) {
          const before = new Set((await partsOf(exportId)).map(({ id }) => id));
          const doomed = await installation.worker({ DATA_DIR: files });
          // A part that was not there before is one of this attempt.
          await eventually(
            () => partsOf(exportId),
            (parts) => parts.some(({ id }) => !before.has(id)),
            PATIENCE_MS,
          );
          await sleep(Math.random() * (took / partCount));
          await doomed.kill();
          const parts = await partsOf(exportId);
          points.push({
            finished: parts.filter(({ isFinished }) => isFinished).length,
            status: (await get(exportId)).status,
          });
        }
        const last = await installation.worker({ DATA_DIR: files });
        const done = await ended(exportId);
        await last.stop();
        const [expected, found] = [await contentOf(undisturbed.id), await contentOf(exportId)];

        // Killed while there was more to come, each time.
        expect(points).toEqual(points.map((point) => ({ ...point, status: 'running' })));
        expect(partCount).toBeGreaterThan(3 * KILLS);
        expect(done).toMatchObject({ status: 'ready', rows: ROWS, bytes: undisturbed.bytes });
        expect([found.ids.length, new Set(found.ids).size]).toEqual([ROWS, ROWS]);
        expect(found.ids).toEqual(expected.ids);
        expect(found.sha256).toBe(expected.sha256);
        expect(found.sha256).toBe(done.sha256);
      },
      LIMIT_MS,
    );
  });
} else {
  skipLoudly('an export whose worker is killed again and again', 'TEST_DATABASE_URL and TEST_REDIS_URL');
}
