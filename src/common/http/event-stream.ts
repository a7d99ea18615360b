import { Readable } from 'node:stream';
import { Logger, StreamableFile } from '@nestjs/common';
import { openAiStreamErrorOf } from './openai-error.js';
import type { StreamError } from './stream-error.js';

const HEARTBEAT_MS = 15_000;
const HEARTBEAT = ': still here\n\n';
const MAX_RECORDED_BYTES = 1_048_576;

/** One server-sent event. */
export interface ServerEvent {
  /** Left out in OpenAI's protocol, which is told by a first event without a name. Only `error` has one there. */
  readonly event?: string;
  readonly data: unknown;
}

/** Makes events; the signal aborts when the client has gone. */
export type EventSource = (gone: AbortSignal) => AsyncIterable<ServerEvent>;

/** The end of a stream whose source failed: the reader must not be left without one. */
const FAILED: ServerEvent = {
  event: 'error',
  data: { code: 'internal', message: 'Something went wrong on our side.', retryable: true },
};

const logger = new Logger('EventStream');

type Recorder = (events: readonly ServerEvent[]) => Promise<void>;

type Framing = (event: ServerEvent) => string;

const frameOf: Framing = ({ event = 'message', data }) =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** In OpenAI's protocol a text is sent as it is, and the data of an error is told in OpenAI's words. */
const openAiFrameOf: Framing = ({ event, data }) => {
  const told = event === 'error' ? openAiStreamErrorOf(data as StreamError) : data;
  return `data: ${typeof told === 'string' ? told : JSON.stringify(told)}\n\n`;
};

/** Frames events one by one, as fast as the client reads them, so that memory stays bounded. */
class EventReadable extends Readable {
  readonly #iterator: AsyncIterator<ServerEvent>;
  readonly #client: AbortController;
  readonly #recorded: ServerEvent[] = [];
  readonly #heartbeat: NodeJS.Timeout;
  readonly #frameOf: Framing;
  #recordedBytes = 0;
  #stopped = false;
  #ended = false;
  #first?: IteratorResult<ServerEvent>;
  recorder?: Recorder;

  constructor(
    iterator: AsyncIterator<ServerEvent>,
    first: IteratorResult<ServerEvent>,
    client: AbortController,
  ) {
    super({ highWaterMark: 16_384 });
    this.#iterator = iterator;
    this.#first = first;
    this.#frameOf = first.done || first.value.event !== undefined ? frameOf : openAiFrameOf;
    this.#client = client;
    this.#heartbeat = setInterval(() => {
      if (this.readableFlowing !== false && this.readableLength === 0) this.push(HEARTBEAT);
    }, HEARTBEAT_MS).unref();
  }

  override _read(): void {
    this.#pull().catch((error: unknown) => {
      logger.error({ err: error }, 'A stream of events failed');
      this.stop(FAILED);
    });
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearInterval(this.#heartbeat);
    // Making a reason costs more than ending a stream does.
    if (!this.#ended) this.#client.abort(new DOMException('The client went away.', 'AbortError'));
    this.#letGo();
    callback(error);
  }

  /** Says a last event and ends, whatever the source still has. */
  stop(last: ServerEvent): void {
    if (this.#stopped || this.destroyed || this.readableEnded) return;
    this.#stopped = true;
    clearInterval(this.#heartbeat);
    this.push(this.#frameOf(last));
    this.push(null);
    this.#client.abort(new DOMException('The stream was stopped.', 'AbortError'));
  }

  /** A source that waits to be asked for its next event would otherwise never learn that nobody will. */
  #letGo(): void {
    Promise.resolve(this.#iterator.return?.()).catch(() => undefined);
  }

  async #pull(): Promise<void> {
    const next = this.#first ?? (await this.#iterator.next());
    this.#first = undefined;
    if (this.destroyed || this.#stopped) return;
    if (next.done) {
      if (this.recorder && this.#recordedBytes <= MAX_RECORDED_BYTES) await this.recorder(this.#recorded);
      this.#ended = true;
      this.push(null);
      return;
    }
    const frame = this.#frameOf(next.value);
    this.#record(next.value, frame.length);
    this.push(frame);
  }

  #record(event: ServerEvent, bytes: number): void {
    if (!this.recorder) return;
    this.#recordedBytes += bytes;
    if (this.#recordedBytes <= MAX_RECORDED_BYTES) this.#recorded.push(event);
  }
}

/** An answer as `text/event-stream`, with a comment line every 15 s while nothing happens. */
export class EventStream extends StreamableFile {
  readonly #readable: EventReadable;

  private constructor(readable: EventReadable) {
    super(readable, { type: 'text/event-stream; charset=utf-8' });
    this.#readable = readable;
  }

  /** Waits for the first event, so that a failure before it is still answered as an ordinary problem. */
  static async open(source: EventSource): Promise<EventStream> {
    const client = new AbortController();
    const iterator = source(client.signal)[Symbol.asyncIterator]();
    return new EventStream(new EventReadable(iterator, await iterator.next(), client));
  }

  /** Plays events that were recorded before. */
  static replay(events: readonly ServerEvent[]): Promise<EventStream> {
    return EventStream.open(() => Readable.from(events) as AsyncIterable<ServerEvent>);
  }

  /** Ends the stream from outside, with a last event that says why. */
  stop(last: ServerEvent): void {
    this.#readable.stop(last);
  }

  /** Calls `listener` once when the stream has ended, however it did. */
  onClosed(listener: () => void): void {
    this.#readable.once('close', listener);
  }

  /** Gives all events to `recorder` before the stream ends; not when it breaks off or is very long. */
  recordWith(recorder: Recorder): void {
    this.#readable.recorder = recorder;
  }
}
