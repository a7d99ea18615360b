import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { LoopbackServer } from '../outbound/loopback-server.js';

type Values = Record<string, unknown>;

interface StoredRecord {
  readonly id: string;
  data: Values;
  editedAt: string;
}

interface StoredField {
  readonly id: number;
  type: string;
  name: string;
}

export interface StoredTable {
  readonly id: string;
  name: string;
  fields: StoredField[];
  records: StoredRecord[];
}

/** What the stand-in does in place of what it is asked for. */
export interface ZapierMishap {
  /** Only to requests whose `METHOD path` fits. */
  readonly to?: RegExp;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Does what it is asked for, and ends the connection without an answer. */
  readonly isCutAfter?: boolean;
  /** Ends the connection in the middle of the answer. */
  readonly isCutWithin?: boolean;
}

const ULID = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const PREFIX = '/api/v0/sdk/tables/api/v1/tables';
const CREATED = '2026-01-02T03:04:05Z';

/** An id as Zapier makes them, later ones after earlier ones. */
let made = 0;
export function zapierId(): string {
  made += 1;
  const order = String(made).padStart(10, '0');
  return order + [...randomBytes(16)].map((byte) => ULID[byte % 32]).join('');
}

/** Those routes of Zapier that its SDK calls for tables, in memory, as the SDK of version 0.67 checks their answers. */
export class ZapierStandIn {
  readonly token = `zap_${randomBytes(12).toString('hex')}`;
  readonly client = { clientId: 'client-1', clientSecret: randomBytes(12).toString('hex') };
  readonly tables = new Map<string, StoredTable>();
  /** `METHOD path`, in order. */
  readonly requests: string[] = [];
  /** At most so many records in a piece, whatever is asked for. */
  pageSize = 1_000;
  /** Values that are refused when they are written. */
  refused: unknown = undefined;
  readonly #mishaps: ZapierMishap[] = [];
  readonly #access = `access_${randomBytes(8).toString('hex')}`;
  #server!: LoopbackServer;

  static async start(): Promise<ZapierStandIn> {
    const standIn = new ZapierStandIn();
    standIn.#server = await LoopbackServer.http((request, response) => standIn.#answer(request, response));
    return standIn;
  }

  get baseUrl(): string {
    return `http://${this.#server.host}`;
  }

  /** A table with fields by their names and types, `f1` being the first. */
  table(
    name: string,
    fields: Readonly<Record<string, string>>,
    records: readonly Values[] = [],
  ): StoredTable {
    const list = Object.entries(fields).map(([field, type], index) => ({ id: index + 1, name: field, type }));
    const table: StoredTable = { id: zapierId(), name, fields: list, records: [] };
    for (const data of records) table.records.push({ id: zapierId(), data, editedAt: CREATED });
    this.tables.set(table.id, table);
    return table;
  }

  mishap(...mishaps: readonly ZapierMishap[]): void {
    this.#mishaps.push(...mishaps);
  }

  forgetMishaps(): void {
    this.#mishaps.length = 0;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.baseUrl);
    const asked = `${request.method ?? ''} ${url.pathname}`;
    this.requests.push(asked);
    const body = await text(request).catch(() => '');
    const mishap = this.#nextMishap(asked);
    if (mishap?.status !== undefined) {
      response.writeHead(mishap.status, { 'content-type': 'application/json', ...mishap.headers });
      response.end(
        mishap.body ?? JSON.stringify({ errors: [{ code: 'x', title: 'x', detail: 'As told.' }] }),
      );
      return;
    }
    const answer = this.#answerTo(asked, url, body, request.headers.authorization);
    if (mishap?.isCutAfter) {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
    const sent = JSON.stringify(answer.body ?? null);
    if (mishap?.isCutWithin)
      response.write(sent.slice(0, sent.length / 2), () => setImmediate(() => request.socket.destroy()));
    else response.end(answer.status === 204 ? undefined : sent);
  }

  #nextMishap(asked: string): ZapierMishap | undefined {
    const index = this.#mishaps.findIndex(({ to }) => to?.test(asked) ?? true);
    return index === -1 ? undefined : this.#mishaps.splice(index, 1)[0];
  }

  #answerTo(asked: string, url: URL, body: string, authorization: string | undefined): Answer {
    if (asked === 'POST /oauth/token/') return this.#exchange(new URLSearchParams(body));
    const [, bearer] = /^Bearer (.+)$/.exec(authorization ?? '') ?? [];
    if (bearer !== this.token && bearer !== this.#access) return failure(401, 'Authentication failed.');
    const [, method = '', rest = ''] = new RegExp(`^(\\w+) ${PREFIX}(.*)$`).exec(asked) ?? [];
    const [, id = '', part = ''] = rest.split('/');
    if (rest === '' && method === 'GET') return this.#list(url.searchParams);
    const table = this.tables.get(id);
    if (!table) return failure(404, 'Not found.');
    switch (`${method} ${rest.split('/').slice(2).join('/')}`) {
      case 'GET ':
        return { status: 200, body: { data: shownTable(table) } };
      case 'GET fields':
        return { status: 200, body: { data: table.fields } };
      case 'POST records/query':
        return this.#query(table, JSON.parse(body) as Query);
      case 'POST records':
        return this.#create(table, JSON.parse(body) as { new_records: { data: Values }[] });
      case 'PATCH records':
        return this.#update(table, JSON.parse(body) as { updated_records: { id: string; data: Values }[] });
      case 'DELETE records': {
        const { record_ids: ids } = JSON.parse(body) as { record_ids: string[] };
        table.records = table.records.filter((record) => !ids.includes(record.id));
        return { status: 204 };
      }
      default:
        return failure(404, `There is no ${part}.`);
    }
  }

  #exchange(form: URLSearchParams): Answer {
    const { clientId, clientSecret } = this.client;
    const isRight = form.get('client_id') === clientId && form.get('client_secret') === clientSecret;
    return isRight
      ? { status: 200, body: { access_token: this.#access, expires_in: 3_600 } }
      : { status: 401, body: { error: 'invalid_client' } };
  }

  #list(query: URLSearchParams): Answer {
    const start = Number(query.get('offset') ?? 0);
    const size = Math.min(this.pageSize, Number(query.get('limit') ?? 100));
    const data = [...this.tables.values()].slice(start, start + size).map(shownTable);
    const end = start + size;
    const next = end < this.tables.size ? `${this.baseUrl}${PREFIX}?offset=${String(end)}` : null;
    return { status: 200, body: { data, links: { next } } };
  }

  #query(table: StoredTable, { limit = 100, cursor_query: cursor }: Query): Answer {
    const after = cursor?.start_cursor ?? '';
    const rest = table.records.filter(({ id }) => id > after);
    const data = rest.slice(0, Math.min(limit, this.pageSize));
    const pagination = { end_cursor: data.at(-1)?.id ?? null, has_more: data.length < rest.length };
    return { status: 200, body: { data: data.map(shownRecord), meta: { pagination } } };
  }

  #create(table: StoredTable, { new_records: drafts }: { new_records: { data: Values }[] }): Answer {
    const data = drafts.map(({ data: values }) => {
      const record = { id: zapierId(), data: values, editedAt: new Date().toISOString() };
      const errors = this.#errorsIn(values);
      if (!errors) table.records.push(record);
      return changeset(null, { ...shownRecord(record), errors });
    });
    return { status: 201, body: { data } };
  }

  #update(
    table: StoredTable,
    { updated_records: changes }: { updated_records: { id: string; data: Values }[] },
  ): Answer {
    if (changes.some(({ id }) => !table.records.some((record) => record.id === id)))
      return failure(404, 'Not found.');
    const data = changes.flatMap(({ id, data: values }) => {
      const record = table.records.find((one) => one.id === id);
      if (!record) return [];
      const before = shownRecord(record);
      const errors = this.#errorsIn(values);
      if (!errors) {
        record.data = { ...record.data, ...values };
        record.editedAt = new Date().toISOString();
      }
      return [changeset(before, { ...shownRecord(record), errors })];
    });
    return { status: 200, body: { data } };
  }

  #errorsIn(values: Values): Values | null {
    const bad = Object.entries(values).find(
      ([, value]) => this.refused !== undefined && value === this.refused,
    );
    return bad ? { [bad[0]]: { s: 'error', v: bad[1], e: 'refused', h: 'is not taken' } } : null;
  }
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

interface Query {
  readonly limit?: number;
  readonly cursor_query?: { readonly start_cursor: string };
}

function failure(status: number, detail: string): Answer {
  return { status, body: { errors: [{ code: String(status), title: 'Failed', detail }] } };
}

function shownTable({ id, name }: StoredTable): object {
  return {
    ...{ id, name, description: `All ${name}.`, created_at: CREATED, edited_at: CREATED, kind: 'table' },
    ...{ owner_account_id: 1, owner_zapier_customuser_id: 2 },
  };
}

function shownRecord({ id, data, editedAt }: StoredRecord): Record<string, unknown> {
  return { id, data, created_at: CREATED, edited_at: editedAt, schema_revision_id: 1 };
}

function changeset(before: object | null, after: Record<string, unknown>): object {
  return { change_id: zapierId(), old: before, new: after, changed_field_ids: null, record_id: after['id'] };
}
