import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId, Sql } from '#common/database';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';

const credential = { provider: 'openai', label: 'Ours', secret: 'sk-0123456789' };
const override = { provider: 'openai', name: 'one-more', contextWindow: 1_000 };

describeOnEachDatabase('a workspace', (target) => {
  let testApp: TestApp;
  let admin: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
  });
  beforeEach(async () => {
    admin = await (await testApp.workspace()).as('admin');
  });
  afterAll(() => testApp.close());

  const fill = async (count: number, insert: string): Promise<void> => {
    const ids = Array.from({ length: count }, () => newId());
    const rows = `select id::uuid, ?::uuid as workspace from jsonb_array_elements_text(?::jsonb) as id`;
    await testApp.app
      .get(Sql)
      .acrossWorkspaces('a fixture', `with r as (${rows}) ${insert}`, [
        admin.actor.workspaceId,
        JSON.stringify(ids),
      ]);
  };
  const CREDENTIALS = `insert into provider_credentials (id, workspace_id, provider, label, sealed, state, created_by_id,
    created_at, updated_at) select id, workspace, 'openai', 'L', '', 'active', id, now(), now() from r`;
  const OVERRIDES = `insert into model_overrides (id, workspace_id, provider, name, created_at, updated_at)
    select id, workspace, 'openai', id::text, now(), now() from r`;
  const BOTS = `insert into bots (id, workspace_id, slug, name, model, retrieval, created_at, updated_at)
    select id, workspace, 'b-' || id, 'B', '{}', '{}', now(), now() from r`;
  const BUDGETS_OF_BOTS = `insert into budgets (id, workspace_id, bot_id, period, unit, amount, created_at, updated_at)
    select r.id, r.workspace, b.id, 'day', 'usd', 1, now(), now()
    from (select id, workspace, row_number() over () as n from r) r
    join (select id, workspace_id, row_number() over (partition by workspace_id) as n from bots) b
      on b.workspace_id = r.workspace and b.n = r.n`;

  it.each([
    ['credentials', 48, CREDENTIALS, 'POST', '/v1/provider-credentials', () => credential],
    [
      'model overrides',
      498,
      OVERRIDES,
      'PUT',
      '/v1/model-overrides',
      (index: number) => ({ ...override, name: `model-${String(index)}` }),
    ],
  ] as const)('has at most so many %s, also when several are added at once', async (...given) => {
    const [, count, insert, method, path, bodyOf] = given;
    await fill(count, insert);

    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) => admin.call(method, path, bodyOf(index))),
    );

    const refused = answers.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(3);
    expect(refused[0]?.body).toMatchObject({ code: 'providers.limit_reached' });
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(2);
  });

  it('has at most so many budgets', async () => {
    await fill(98, BOTS);
    await fill(98, BUDGETS_OF_BOTS);

    const answers = await Promise.all(
      [
        { period: 'day', unit: 'usd' },
        { period: 'day', unit: 'tokens' },
        { period: 'month', unit: 'usd' },
      ].map((kind) => admin.call('POST', '/v1/budgets', { ...kind, amount: 10 })),
    );

    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 409]);
  });

  it('that has them all can still change what it has said of a model', async () => {
    await fill(499, OVERRIDES);
    await admin.call('PUT', '/v1/model-overrides', override);

    const { status } = await admin.call('PUT', '/v1/model-overrides', { ...override, contextWindow: 2_000 });

    expect(status).toBe(200);
  });
});
