import type { ApiClient } from './api-client.js';
import { eventually } from './eventually.js';

interface Identified {
  readonly id: string;
}

/** A source as the API shows it. */
export interface SourceView extends Identified {
  readonly status: string;
  readonly documentCount: number;
  readonly chunkCount: number;
  readonly lastError?: { readonly code: string; readonly message: string };
  readonly job: Identified;
}

export interface JobAnswer extends Identified {
  readonly state: string;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly result: unknown;
}

/** Waits until a job has ended. */
export async function ended(client: ApiClient, jobId: string): Promise<JobAnswer> {
  return eventually(
    async () => (await client.get<JobAnswer>(`/v1/jobs/${jobId}`)).body,
    ({ state }) => ['succeeded', 'failed', 'cancelled'].includes(state),
    30_000,
  );
}

export async function createBot(client: ApiClient, more: object = {}): Promise<Identified> {
  return (await client.post<Identified>('/v1/bots', { name: 'Help desk', ...more })).body;
}

/** Adds a page, waits until it has been read, and shows the source then. */
export async function addPage(
  client: ApiClient,
  url: string,
  botIds: readonly string[] = [],
): Promise<SourceView> {
  const { body } = await client.post<SourceView>('/v1/datasources', { type: 'url', url, botIds });
  await ended(client, body.job.id);
  return { ...(await client.get<SourceView>(`/v1/datasources/${body.id}`)).body, job: body.job };
}

/** Reads a source anew, waits, and shows it then. */
export async function syncAgain(client: ApiClient, id: string): Promise<SourceView> {
  const { body } = await client.post<SourceView>(`/v1/datasources/${id}/sync`);
  await ended(client, body.job.id);
  return { ...(await client.get<SourceView>(`/v1/datasources/${id}`)).body, job: body.job };
}

export async function openConversation(client: ApiClient, botId: string, more: object = {}): Promise<string> {
  return (await client.post<Identified>(`/v1/bots/${botId}/conversations`, more)).body.id;
}
