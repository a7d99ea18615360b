import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Sql, Tenancy, UnitOfWork } from '#common/database';
import { ReadTurns, type TurnsRead } from '../../../src/modules/conversations/index.js';
import { createTestApp, type TestApp, type TestMember } from '../../support/app.js';
import { describeOnPostgres } from '../../support/database-targets.js';
import { eventually } from '../../support/eventually.js';
import { createBot } from '../../support/journey.js';
import { tellHistory } from '../../support/told-history.js';

const LONG_AGO = new Date('2025-01-01T00:00:00Z');

describeOnPostgres('ReadTurns', (target) => {
  let testApp: TestApp;
  let editor: TestMember;
  let botId: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
    editor = await (await testApp.workspace()).as('editor');
    botId = (await createBot(editor)).id;
  });
  afterAll(() => testApp.close());

  const get = <T>(type: abstract new (...args: never[]) => T): T => testApp.app.get(type, { strict: false });
  const unbound = <T>(work: () => Promise<T>): Promise<T> => get(Tenancy).runUnbound(work);
  const mark = (): Promise<string> => unbound(() => get(ReadTurns).mark());
  /** What was written so far lies before any mark from then on: transactions of other suites on this server may be older. */
  const settled = async (): Promise<void> => {
    const [row] = await get(Sql).acrossWorkspaces<{ now: string }>(
      'a test looks at the clock',
      'select pg_current_xact_id()::text as now',
    );
    await eventually(mark, (oldest) => BigInt(oldest) > BigInt(row?.now ?? 0), 90_000);
  };
  const read = (since: TurnsRead | null, limit = 2): Promise<string[]> =>
    unbound(async () => {
      const asked: string[] = [];
      const request = { workspaceId: editor.actor.workspaceId, botId, since, limit };
      for await (const turns of get(ReadTurns).execute(request))
        asked.push(...turns.map(({ question }) => question));
      return asked;
    });
  const readSince = (taken: string): Promise<string[]> => read({ mark: taken, from: new Date() });
  /** The id of the answer. */
  const tell = async (...questions: string[]): Promise<void> => {
    await tellHistory(testApp, editor, botId, [
      { at: LONG_AGO, turns: questions.map((question) => ({ question })) },
    ]);
  };
  /** Changes an answer as whoever rates it does. */
  const touch = (question: string): Promise<unknown> =>
    get(Sql).acrossWorkspaces(
      'a test changes an answer',
      `with answer as (
         update messages a set answered = not a.answered from messages q
         where q.content = ? and a.conversation_id = q.conversation_id and a.position = q.position + 1
         returning a.conversation_id
       )
       update conversations set error_count = error_count + 1 where id in (select conversation_id from answer) returning id`,
      [question],
    );

  it('leaves nothing out that was under way when its mark was taken', async () => {
    await tell('One?', 'Two?', 'Three?');
    await tell('Four?');
    await settled();
    const [changed, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const late = unbound(() =>
      get(UnitOfWork).run(async () => {
        await touch('Two?');
        changed.resolve();
        await mayCommit.promise;
      }),
    );
    await Promise.race([changed.promise, late]);
    const taken = await mark();
    await unbound(() => touch('Four?'));
    const early = await readSince(taken);
    mayCommit.resolve();
    await late;

    expect(early).toEqual(['Four?']);
    expect(await readSince(taken)).toEqual(['Two?', 'Four?']);
    await settled();
    expect(await readSince(await mark())).toEqual([]);
  });

  it('reads all some at a time, whether or not anything has changed', async () => {
    await settled();
    const taken = await mark();
    const questions = Array.from({ length: 7 }, (_, index) => `Question ${index}?`);
    await tell(...questions.slice(0, 5));
    await tell(...questions.slice(5));

    expect(await readSince(taken)).toEqual(questions);
    expect(await read(null)).toEqual(expect.arrayContaining([...questions, 'One?', 'Four?']));
    expect(await read({ mark: taken, from: LONG_AGO }, 3)).toEqual(questions);
  });
});
