import createClient from 'openapi-fetch';
import { Contract, type ContractRoute } from './contract/contract.js';
import { eventParser, type StreamedEvent } from './contract/events.js';
import type {
  ApiAnswer,
  Arguments,
  BodyOf,
  EventsOf,
  InputOf,
  OperationId,
} from './contract/operation.types.js';
import type { paths } from './generated/api.js';

export type { StreamedEvent } from './contract/events.js';
export type { ApiAnswer, InputOf } from './contract/operation.types.js';

type Json = Record<string, unknown>;
type LooseInput = Json & { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };
type LooseRequest = (
  method: string,
  path: string,
  options: object,
) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

/** An operation that was to succeed was refused. */
export class Refused extends Error {
  constructor(
    readonly operation: string,
    readonly status: number,
    readonly problem: unknown,
  ) {
    super(`${operation} was refused with ${status}: ${JSON.stringify(problem)}`);
    this.name = 'Refused';
  }
}

/**
 * Calls the API over HTTP as one caller. Whatever is answered on a route that `openapi/openapi.json` knows must be as that
 * document says, or the call throws.
 */
export interface ApiClient {
  readonly baseUrl: string;
  readonly token?: string;
  /** Calls an operation that is to succeed, as a generated client does. @throws Refused */
  send<Id extends OperationId>(id: Id, ...input: Arguments<Id>): Promise<ApiAnswer<BodyOf<Id>>>;
  /** Calls an operation and reads its answer as events, until it ends. */
  events<Id extends keyof EventsOf & OperationId>(
    id: Id,
    input: InputOf<Id>,
    signal?: AbortSignal,
  ): Promise<EventsOf[Id][]>;
  /** Calls anything with anything, and gives back whatever is answered. A body that is a text is sent as it is. */
  call<Body = Json>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer<Body>>;
  get<Body = Json>(path: string): Promise<ApiAnswer<Body>>;
  post<Body = Json>(path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer<Body>>;
  /** Posts anything and reads the answer as events, until it ends. */
  stream(path: string, body: unknown, signal?: AbortSignal): Promise<StreamedEvent[]>;
}

/** @param token an access token or API key; without one the caller is nobody. */
export function apiClient(baseUrl: string, token?: string): ApiClient {
  const contract = Contract.committed;
  const authorization: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const generated = createClient<paths>({ baseUrl, headers: authorization });

  const send = async (
    id: string,
    { body, headers, ...values }: LooseInput = {},
  ): Promise<ApiAnswer<unknown>> => {
    const route = contract.route(id);
    const { data, error, response } = await (generated.request as LooseRequest)(
      route.method.toLowerCase(),
      route.path,
      { params: parametersOf(route, values), headers, ...(body === undefined ? {} : { body }) },
    );
    const answer = { status: response.status, headers: response.headers, body: data ?? error };
    contract.assertKept(route, answer);
    if (!response.ok) throw new Refused(id, response.status, error);
    return answer;
  };

  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer<unknown>> => {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...authorization,
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer = { status: response.status, headers: response.headers, body: await parsed(response) };
    const route = contract.routeAt(method, path);
    if (route) contract.assertKept(route, answer);
    return answer;
  };

  const events = async (route: ContractRoute, path: string, body: unknown, signal?: AbortSignal) => {
    const response = await fetch(baseUrl + path, {
      method: route.method,
      headers: {
        accept: 'text/event-stream',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...authorization,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
    return eventsOf(contract, route, response);
  };

  return {
    baseUrl,
    ...(token ? { token } : {}),
    send: send as ApiClient['send'],
    events: (async (id: OperationId, { body, headers: _, ...values }: LooseInput, signal?: AbortSignal) => {
      const route = contract.route(id);
      return events(route, filledIn(route, values), body, signal);
    }) as ApiClient['events'],
    call: call as ApiClient['call'],
    get: ((path: string) => call('GET', path)) as ApiClient['get'],
    post: ((path: string, body: unknown = {}, headers: Record<string, string> = {}) =>
      call('POST', path, body, headers)) as ApiClient['post'],
    stream: async (path, body, signal) => {
      const route = contract.routeAt('POST', path);
      if (!route) throw new Error(`The document knows no route ${path}.`);
      return events(route, path, body, signal);
    },
  };
}

function parametersOf({ parameters }: ContractRoute, values: Json): { path: Json; query: Json } {
  const among = (place: string): Json =>
    Object.fromEntries(
      parameters
        .filter((one) => one.in === place && one.name in values)
        .map(({ name }) => [name, values[name]]),
    );
  return { path: among('path'), query: among('query') };
}

function filledIn({ path }: ContractRoute, values: Json): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
}

async function parsed(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  return response.headers.get('content-type')?.includes('json') ? (JSON.parse(text) as unknown) : text;
}

/** A refusal is no stream: it has no events. */
async function eventsOf(
  contract: Contract,
  route: ContractRoute,
  response: Response,
): Promise<StreamedEvent[]> {
  const { status, headers } = response;
  const media = route.answers[String(status)]?.content?.['text/event-stream'];
  if (!media || !response.body) {
    contract.assertKept(route, { status, headers, body: await parsed(response) });
    return [];
  }
  contract.assertKept(route, { status, headers, body: '' });
  const events: StreamedEvent[] = [];
  const parser = eventParser((event) => {
    const faults = contract.faultsOfEvent(media, event);
    if (faults.length > 0)
      throw new Error(`${route.id} streamed what is not documented: ${faults.join('; ')}`);
    events.push(event);
  });
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) parser.feed(chunk);
  return events;
}
