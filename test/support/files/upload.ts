import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiAnswer, ApiClient } from '../api-client.js';
import { Contract } from '../contract/contract.js';
import type { Problem, StartedSyncResponse } from '../generated/api.js';

const PATH = '/v1/datasources/files';

/** What a form holds besides its file, and headers of the request. */
export interface UploadParts {
  readonly fields?: readonly (readonly [name: string, value: string])[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** The source, or why there is none. */
export type UploadAnswer = StartedSyncResponse & Pick<Problem, 'code' | 'detail' | 'errors'>;

/** Uploads a file as a browser does. The answer must be as the document says, success or not. */
export async function upload(
  { baseUrl, token = '' }: ApiClient,
  name: string,
  content: string | Uint8Array,
  { fields = [], headers = {} }: UploadParts = {},
): Promise<ApiAnswer<UploadAnswer>> {
  const form = new FormData();
  form.append('file', new Blob([Buffer.from(content)]), name);
  for (const [field, value] of fields) form.append(field, value);
  return sendForm(baseUrl, form, { authorization: `Bearer ${token}`, ...headers });
}

/** Sends any form, or what only says that it is one. */
export async function sendForm(
  baseUrl: string,
  body: FormData | string,
  headers: Readonly<Record<string, string>>,
): Promise<ApiAnswer<UploadAnswer>> {
  const response = await fetch(baseUrl + PATH, { method: 'POST', body, headers });
  const answer = {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as UploadAnswer,
  };
  const contract = Contract.committed;
  contract.assertKept(contract.route('datasources.upload'), answer);
  return answer;
}

/** The files that an installation keeps, and those that it is still receiving. */
export function keptFiles(dataDir: string): string[] {
  try {
    return readdirSync(join(dataDir, 'files', 'sources'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}
