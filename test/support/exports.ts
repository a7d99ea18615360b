import { createHash } from 'node:crypto';
import type { ApiClient } from './api-client.js';
import { ended } from './journey.js';
import type { CreateExportDto, ExportResponse } from './generated/api.js';

/** An export that has ended, and the bytes of its file. */
export interface ExportedFile {
  readonly export: ExportResponse;
  readonly bytes: Buffer;
}

/** Exports and waits for it, whatever becomes of it. */
export async function exported(client: ApiClient, body: CreateExportDto): Promise<ExportResponse> {
  const { body: begun } = await client.send('exports.create', { body });
  await ended(client, begun.job?.id ?? '');
  return (await client.send('exports.get', { exportId: begun.id })).body;
}

/** Exports, waits, and fetches the file, which has to be as the export says. */
export async function exportFile(client: ApiClient, body: CreateExportDto): Promise<ExportedFile> {
  const one = await exported(client, body);
  const response = await fetchFile(client, `/v1/exports/${one.id}/download`);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200 || one.bytes !== bytes.length || one.sha256 !== sha256(bytes))
    throw new Error(`The file is not as ${JSON.stringify(one)} says: ${response.status} ${bytes.length}`);
  return { export: one, bytes };
}

/** The answer as it comes, for what is no JSON. */
export function fetchFile(
  { baseUrl, token }: ApiClient,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Response> {
  const authorization: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(baseUrl + path, { method, headers: { ...authorization, ...headers } });
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The objects of a file of lines of JSON. */
export function linesOf<T = Record<string, unknown>>(bytes: Buffer): T[] {
  const text = bytes.toString('utf8');
  if (text !== '' && !text.endsWith('\n')) throw new Error('The last line has no end.');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T);
}
