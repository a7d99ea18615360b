import type { Actor } from '#common/access';
import type { ApiClient } from './api-client.js';
import type { TestApp } from './app.js';
import { exported } from './exports.js';
import type { ConversationImportResponse } from './generated/api.js';
import { KINDS, runInsights } from './insights.js';
import { ended } from './journey.js';
import { tellHistory } from './told-history.js';

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
const DAY_MS = 86_400_000;

/** One row of each kind that comes of what a bot was told: their ids, by the names that routes have for them. */
export async function createLateRows(testApp: TestApp, wanted: RowsWanted) {
  return {
    ...(await createQaItem(wanted)),
    ...(await createInboxRows(wanted)),
    conversationImportId: await importConversation(wanted),
    ...(await createInsights(testApp, wanted)),
    // An erasure removes the exports that there are.
    erasureId: await eraseVisitor(wanted),
    exportId: (await exported(wanted.client, { resource: 'messages', format: 'csv' })).id,
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

async function createInsights(testApp: TestApp, { client, botId, word }: RowsWanted) {
  const at = new Date(Date.now() - DAY_MS);
  const questions = [...(KINDS['delivery'] ?? []), ...(KINDS['refund'] ?? [])];
  await tellHistory(testApp, client, botId, [
    ...questions.map((question) => ({ at, turns: [{ question: `${question} ${word}` }] })),
    { at, turns: [{ question: `Can I pay ${word} with bitcoin?`, rating: 'down' }] },
  ]);
  await runInsights(client, botId);
  const { body: topics } = await client.send('insights.topics', { botId, level: 'topic' });
  const { body: asked } = await client.send('insights.questions', { botId });
  const { body: gaps } = await client.send('gaps.list', { botId });
  return {
    ...{ topicId: topics.data[0]?.id ?? '', otherTopicId: topics.data[1]?.id ?? '' },
    ...{ questionId: asked.data[0]?.id ?? '', gapId: gaps.data[0]?.id ?? '' },
  };
}
