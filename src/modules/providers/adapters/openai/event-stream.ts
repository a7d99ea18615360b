import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { APIError } from 'openai';

const END = '[DONE]';

/**
 * The events of an answer, read from its bytes: those of one packet together. The SDK hands each one on through four
 * generators, which for an answer of twenty words takes twice as long as all else that it does.
 *
 * @throws APIError for what a server says in place of the rest; SyntaxError for what is no JSON.
 */
export async function* eventStream<Event>({ body, headers }: Response): AsyncGenerator<readonly Event[]> {
  const reader = new PacketReader<Event>(headers);
  const decoder = new TextDecoder();
  try {
    for await (const packet of body ?? []) {
      for (const events of reader.read(decoder.decode(packet, { stream: true }))) yield events;
      if (reader.hasEnded) return;
    }
  } catch (failure) {
    // How the connection ends does not matter any more.
    if (reader.hasEnded) return;
    throw failure;
  }
  // Some servers leave the last blank line out.
  for (const events of reader.read(`${decoder.decode()}\n\n`)) yield events;
}

/** What each packet adds. */
class PacketReader<Event> {
  #events: Event[] = [];
  #hasEnded = false;
  readonly #parser = createParser({ onEvent: (message) => this.#take(message) });

  constructor(private readonly headers: Headers) {}

  /** Whether the server has said that nothing follows. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** What was whole before a failure is given before it. */
  *read(text: string): Generator<readonly Event[]> {
    let failure: { readonly thrown: unknown } | undefined;
    try {
      this.#parser.feed(text);
    } catch (thrown) {
      failure = { thrown };
    }
    const events = this.#events;
    this.#events = [];
    if (events.length > 0) yield events;
    if (failure) throw failure.thrown;
  }

  #take({ event, data }: EventSourceMessage): void {
    if (this.#hasEnded) return;
    if (data === END) {
      this.#hasEnded = true;
      return;
    }
    const said = parsed(data) as (Event & { readonly error?: object }) | null;
    if (event === 'error' || said?.error)
      throw new APIError(undefined, said?.error ?? said ?? undefined, undefined, this.headers);
    this.#events.push(said as Event);
  }
}

/** @throws SyntaxError without a word of the text, which may repeat the prompt or the key and would come into the log. */
function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new SyntaxError('An event of the answer is no JSON.');
  }
}
