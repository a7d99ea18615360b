import type { ApiAnswer, ApiClient } from './api-client.js';
import { eventually } from './eventually.js';
import type {
  BotResponse,
  CreateBotDto,
  CreateConversationDto,
  ImportResponse,
  JobResponse,
  MessageResponse,
  StartImportDto,
  StartedSyncResponse,
  TurnResponse,
} from './generated/api.js';
import type { ZapierStandIn } from './zapier/zapier-stand-in.js';

/** A source as the API shows it, and the job that read it. */
export type SourceView = StartedSyncResponse;
export type JobAnswer = JobResponse;

/** Waits until a job has ended, also through times in which nobody can say. */
export async function ended(client: ApiClient, jobId: string, patienceMs = 30_000): Promise<JobResponse> {
  return eventually(
    async () => (await client.get<JobResponse>(`/v1/jobs/${jobId}`)).body,
    ({ state }) => ['succeeded', 'failed', 'cancelled'].includes(state),
    patienceMs,
  );
}

export async function createBot(client: ApiClient, more: Partial<CreateBotDto> = {}): Promise<BotResponse> {
  return (await client.send('bots.create', { body: { name: 'Help desk', ...more } })).body;
}

/** One table with a record: its ids, by the names that routes have for them. */
export interface TableIds {
  readonly tableId: string;
  readonly fieldId: string;
  readonly recordId: string;
}

/** Makes a table with the fields `title`, `price` and `code`, which is unique, and a record called `title`. */
export async function createTable(client: ApiClient, name: string, title = name): Promise<TableIds> {
  const { body: table } = await client.send('tables.create', {
    body: {
      ...{ name, description: name },
      fields: [
        { name: 'Code', type: 'text', unique: true },
        { name: 'Title', type: 'text' },
        { name: 'Price', type: 'number' },
      ],
    },
  });
  const { body: made } = await client.send('records.create', {
    tableId: table.id,
    body: { records: [{ fields: { title, price: 5 } }] },
  });
  return { tableId: table.id, fieldId: table.fields[2]?.id ?? '', recordId: made.data[0]?.id ?? '' };
}

/** A file and an import of it into a table, which has ended: their ids, by the names that routes have for them. */
export async function createImport(
  client: ApiClient,
  tableId: string,
  word: string,
): Promise<{ readonly fileId: string; readonly importId: string }> {
  const fileId = await sendFile(
    client,
    `${word}.csv`,
    `Code,Title,Price\n${word},${word},1\n${word} 2,x,${word}\n`,
  );
  return { fileId, importId: (await importFile(client, tableId, fileId)).id };
}

/** An account of another service that keeps tables. @returns its id. */
export async function createConnection(client: ApiClient, name: string): Promise<string> {
  const body = { provider: 'zapier', name, token: `token-of-${name.replaceAll(/\W/g, '-')}` } as const;
  return (await client.send('tableConnections.create', { body })).body.id;
}

/** Lets a table follow one of a stand-in for Zapier, and waits until it does. @returns the id of the connection. */
export async function linkTable(
  client: ApiClient,
  tableId: string,
  zapier: ZapierStandIn,
  name: string,
): Promise<string> {
  const body = { provider: 'zapier', name, token: zapier.token } as const;
  const { id: connectionId } = (await client.send('tableConnections.create', { body })).body;
  const remoteTableId = zapier.table(name, { Leaf: 'string' }).id;
  await client.send('tableLinks.create', { body: { connectionId, remoteTableId, tableId } });
  await eventually(
    async () => (await client.send('tableLinks.get', { tableId })).body,
    ({ isSyncing }) => !isSyncing,
  );
  return connectionId;
}

/** A hook of a table: its id and its token, by the names that routes have for them. */
export async function createHook(
  client: ApiClient,
  tableId: string,
  name: string,
): Promise<{ readonly hookId: string; readonly token: string }> {
  const { body } = await client.send('tableHooks.create', { tableId, body: { name, mode: 'append' } });
  return { hookId: body.id, token: body.path.split('/').at(-1) ?? '' };
}

/** A form that asks for the title of a record: its id and its address, by the names that routes have for them. */
export async function createForm(
  client: ApiClient,
  tableId: string,
  title: string,
): Promise<{ readonly formId: string; readonly slug: string }> {
  const { body } = await client.send('forms.create', {
    body: { tableId, title, fields: [{ key: 'title' }] },
  });
  return { formId: body.id, slug: body.slug };
}

/** Sends a file to be imported. @returns its id. */
export async function sendFile(
  { baseUrl, token }: ApiClient,
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
): Promise<string> {
  const response = await fetch(`${baseUrl}/v1/import-files?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token ?? ''}`, 'content-type': 'application/octet-stream' },
    body: content,
  });
  const { id } = (await response.json()) as { id?: string };
  if (id === undefined) throw new Error(`The file ${name} was not taken: ${String(response.status)}.`);
  return id;
}

/** Imports a file into a table, waits until that has ended, and shows what came of it. */
export async function importFile(
  client: ApiClient,
  tableId: string,
  fileId: string,
  more: Partial<StartImportDto> = {},
): Promise<ImportResponse> {
  const { body } = await client.send('tableImports.start', {
    tableId,
    body: { fileId, mode: 'append', ...more },
  });
  await ended(client, body.job?.id ?? '');
  return (await client.send('imports.get', { importId: body.id })).body;
}

/** Adds a page, waits until it has been read, and shows the source then. */
export async function addPage(
  client: ApiClient,
  url: string,
  botIds: readonly string[] = [],
): Promise<SourceView> {
  const { body } = await client.send('datasources.create', {
    body: { type: 'url', url, botIds: [...botIds] },
  });
  return read(client, body);
}

/** Reads a source anew, waits, and shows it then. */
export async function syncAgain(client: ApiClient, datasourceId: string): Promise<SourceView> {
  return read(client, (await client.send('datasources.sync', { datasourceId })).body);
}

async function read(client: ApiClient, { id: datasourceId, job }: StartedSyncResponse): Promise<SourceView> {
  await ended(client, job.id);
  return { ...(await client.send('datasources.get', { datasourceId })).body, job };
}

/** @returns its id. */
export async function openConversation(
  client: ApiClient,
  botId: string,
  body: CreateConversationDto = {},
): Promise<string> {
  return (await client.send('conversations.create', { botId, body })).body.id;
}

/** Says something to the bot and waits for the whole answer. */
export async function ask(
  client: ApiClient,
  conversationId: string,
  content: string,
): Promise<ApiAnswer<TurnResponse>> {
  const asked = await client.send('conversations.ask', { conversationId, body: { content } });
  const { message, answer } = asked.body;
  if (!answer) throw new Error('People answer in this conversation.');
  return { ...asked, body: { message, answer } };
}

/** What was said, in order. */
export async function messagesOf(client: ApiClient, conversationId: string): Promise<MessageResponse[]> {
  return (await client.send('conversations.listMessages', { conversationId })).body.data;
}
