import type { Actor } from '#common/access';
import { newId, Sql, Tenancy } from '#common/database';
import { UnsubscribeLinks } from '../../src/modules/insights/subscriptions/unsubscribe-links.js';
import type { ApiClient } from './api-client.js';
import type { TestApp } from './app.js';
import { exported } from './exports.js';
import type { ConversationImportResponse } from './generated/api.js';
import { ended } from './journey.js';

/** A client, and who calls with it. */
export interface Speaker extends ApiClient {
  readonly actor: Pick<Actor, 'id' | 'workspaceId'>;
}

/** Whose rows are made, for which bot, and the word that all their texts hold. */
export interface RowsWanted {
  readonly client: Speaker;
  readonly botId: string;
  readonly conversationId: string;
  readonly word: string;
}

/** A chart is no row: its name is the same for everybody. */
const CHART = 'volume.svg';

/** One row of each kind that comes of what a bot was told: their ids, by the names that routes have for them. */
export async function createLateRows(testApp: TestApp, wanted: RowsWanted) {
  return {
    ...(await createQaItem(wanted)),
    ...(await createInboxRows(wanted)),
    conversationImportId: await importConversation(wanted),
    // An erasure removes the exports that there are.
    erasureId: await eraseVisitor(wanted),
    ...(await createInsights(testApp, wanted)),
    ...(await subscribe(testApp, wanted)),
    exportId: (await exported(wanted.client, { resource: 'messages', format: 'csv' })).id,
    exportScheduleId: await createExportSchedule(wanted.client, wanted.word),
    chart: CHART,
  };
}

async function createQaItem({ client, word }: RowsWanted) {
  const { body: made } = await client.send('datasources.create', {
    body: {
      ...{ type: 'qa', name: `${word} answers` },
      items: [{ question: `What is a spade of ${word}?`, answer: `A spade of ${word} digs.` }],
    },
  });
  const datasourceId = made.id;
  await ended(client, made.job.id);
  const { body: items } = await client.send('qaItems.list', { datasourceId });
  const { body: documents } = await client.send('datasources.listDocuments', { datasourceId });
  const { body: runs } = await client.send('datasources.listRuns', { datasourceId });
  return {
    ...{ qaSourceId: datasourceId, itemId: items.data[0]?.id ?? '' },
    ...{ qaDocumentId: documents.data[0]?.id ?? '', qaRunId: runs.data[0]?.id ?? '' },
  };
}

async function createInboxRows({ client, conversationId, word }: RowsWanted) {
  const { body: note } = await client.send('inbox.addNote', {
    conversationId,
    body: { content: `Called ${word} back.` },
  });
  const { body: view } = await client.send('conversationViews.create', {
    body: { name: `${word} view`, filter: { q: word } },
  });
  return { noteId: note.id, viewId: view.id };
}

/** One that never runs by itself. */
async function createExportSchedule(client: ApiClient, word: string): Promise<string> {
  const { body } = await client.send('exportSchedules.create', {
    body: {
      ...{ name: `${word} nightly`, export: { resource: 'messages', format: 'csv' } },
      schedule: { cron: '0 3 1 1 *', timezone: 'UTC' },
      deliverTo: { webhook: { url: `https://example.com/${word}` } },
    },
  });
  return body.id;
}

async function importConversation({ client, botId, word }: RowsWanted): Promise<string> {
  const search = new URLSearchParams({ botId, format: 'colloquy' });
  const response = await fetch(`${client.baseUrl}/v1/imports/conversations?${search.toString()}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${client.token ?? ''}`, 'content-type': 'application/octet-stream' },
    body: JSON.stringify({ id: word, messages: [{ role: 'user', content: `Hello ${word}` }] }),
  });
  const { id, job } = (await response.json()) as ConversationImportResponse;
  await ended(client, job?.id ?? '');
  return id;
}

async function eraseVisitor({ client, word }: RowsWanted): Promise<string> {
  const { body } = await client.send('erasures.start', { body: { externalUserId: `${word} nobody` } });
  await ended(client, body.job?.id ?? '');
  return body.id;
}

/** A subscription to reports, and what the link in its letters ends with. */
async function subscribe({ app }: TestApp, { client, botId }: RowsWanted) {
  const { body } = await client.send('reportSubscriptions.create', { botId, body: {} });
  const token = app.get(UnsubscribeLinks, { strict: false }).urlOf(body.id).split('/').at(-1) ?? '';
  return { subscriptionId: body.id, token };
}

/** A topic, a question and a gap, as a run leaves them; the next run may find others. */
export async function createInsights({ app }: TestApp, { client, botId, word }: RowsWanted) {
  const rows = { topicId: newId(), otherTopicId: newId(), questionId: newId(), gapId: newId() };
  const { topicId, otherTopicId, questionId, gapId } = rows;
  const bot = [client.actor.workspaceId, botId];
  await app.get(Tenancy, { strict: false }).runUnbound(async () => {
    const sql = app.get(Sql, { strict: false });
    const write = (statement: string, values: readonly string[]) =>
      sql.acrossWorkspaces('a test tells what was found', statement, [...values]);
    for (const id of [topicId, otherTopicId])
      await write(
        `insert into insight_topics (id, workspace_id, bot_id, level, name, named_by, created_at, updated_at)
         values (?::uuid, ?::uuid, ?::uuid, 2, ?, 'terms', now(), now())`,
        [id, ...bot, `${word} topic`],
      );
    await write(
      `insert into insight_questions (id, workspace_id, bot_id, key, text, language, group_id, topic_id, created_at)
       values (?::uuid, ?::uuid, ?::uuid, ?, ?, 'en', ?::uuid, ?::uuid, now())`,
      [questionId, ...bot, word, `Can I pay ${word} with bitcoin?`, questionId, topicId],
    );
    await write(
      `insert into insight_gaps (id, workspace_id, bot_id, question_id, state, created_at, updated_at)
       values (?::uuid, ?::uuid, ?::uuid, ?::uuid, 'open', now(), now())`,
      [gapId, ...bot, questionId],
    );
    await write('update insight_questions set gap_id = ?::uuid where id = ?::uuid', [gapId, questionId]);
  });
  return rows;
}
