import { createParser } from 'eventsource-parser';
import type { ApiClient, StreamedEvent } from './api-client.js';
import { eventually } from './eventually.js';

/** A stream of events that is looked at while it goes on. */
export class LiveStream {
  readonly events: StreamedEvent[] = [];
  /** How it ended: `cut` when the connection broke off. Null while it goes on. */
  end: 'ended' | 'cut' | null = null;
  readonly #reader = new AbortController();

  private constructor(
    readonly status: number,
    readonly headers: Headers,
  ) {}

  /** Resolves with the headers. Without a body it is a GET. */
  static async open(
    { baseUrl, token = '' }: ApiClient,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<LiveStream> {
    const reader = new AbortController();
    const response = await fetch(baseUrl + path, {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      signal: reader.signal,
    });
    const stream = new LiveStream(response.status, response.headers);
    stream.#reader.signal.addEventListener('abort', () => {
      reader.abort();
    });
    void stream.#read(response);
    return stream;
  }

  get names(): string[] {
    return this.events.map(({ event }) => event);
  }

  get last(): StreamedEvent | undefined {
    return this.events.at(-1);
  }

  /** The text of an answer, as far as it has come. */
  get text(): string {
    return this.events
      .map(({ event, data }) => (event === 'message.delta' ? String(data['text']) : ''))
      .join('');
  }

  /** Waits for an event of this name. */
  async seen(event: string, timeoutMs?: number): Promise<void> {
    await eventually(
      () => this.names,
      (names) => names.includes(event),
      timeoutMs,
    );
  }

  /** Waits for the end. @returns the last event. */
  async ended(timeoutMs?: number): Promise<StreamedEvent | undefined> {
    await eventually(
      () => this.end,
      (end) => end !== null,
      timeoutMs,
    );
    return this.last;
  }

  /** Goes away, as a reader does who closes the window. */
  leave(): void {
    this.#reader.abort();
  }

  async #read({ body }: Response): Promise<void> {
    const parser = createParser({
      onEvent: ({ event, data }) => {
        this.events.push({ event: event ?? 'message', data: JSON.parse(data) as StreamedEvent['data'] });
      },
    });
    try {
      for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) parser.feed(chunk);
      this.end = 'ended';
    } catch {
      this.end = 'cut';
    }
  }
}
