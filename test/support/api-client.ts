import { createParser } from 'eventsource-parser';

/** An answer with its parsed body. */
export interface ApiAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** One event of a stream. */
export interface StreamedEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

type Json = Record<string, unknown>;

/** Calls the API over HTTP as one caller. */
export interface ApiClient {
  readonly baseUrl: string;
  readonly token?: string;
  call<Body = Json>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer<Body>>;
  get<Body = Json>(path: string): Promise<ApiAnswer<Body>>;
  post<Body = Json>(path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer<Body>>;
  /** Posts and reads the answer as events, until it ends. */
  stream(path: string, body: unknown, signal?: AbortSignal): Promise<StreamedEvent[]>;
}

async function parsed(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  return response.headers.get('content-type')?.includes('json') ? (JSON.parse(text) as unknown) : text;
}

/** @param token an access token or API key; without one the caller is nobody. */
export function apiClient(baseUrl: string, token?: string): ApiClient {
  const authorization: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};

  const call: ApiClient['call'] = async <Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer<Body>> => {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...authorization,
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await parsed(response)) as Body };
  };

  return {
    baseUrl,
    ...(token ? { token } : {}),
    call,
    get: (path) => call('GET', path),
    post: (path, body = {}, headers = {}) => call('POST', path, body, headers),
    stream: async (path, body, signal) => {
      const response = await fetch(baseUrl + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...authorization },
        body: JSON.stringify(body),
        ...(signal ? { signal } : {}),
      });
      const events: StreamedEvent[] = [];
      const parser = createParser({
        onEvent: ({ event, data }) => {
          events.push({ event: event ?? 'message', data: JSON.parse(data) as Json });
        },
      });
      if (!response.body) return events;
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) parser.feed(chunk);
      return events;
    },
  };
}
