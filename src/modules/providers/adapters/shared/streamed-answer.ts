import { CallClock, type ChatPatience } from '../../call-clock.js';
import type { ChatEvent, ChatRequest } from '../../ports/chat-model.port.js';
import type { ProviderFailure } from '../../providers.errors.js';
import { brokenOff } from './provider-failures.js';

/** Turns the pieces of one answer into events. */
export interface AnswerReader<Piece> {
  /** Whether the model has said why it ends. */
  readonly hasEnded: boolean;
  read(piece: Piece): Iterable<ChatEvent>;
  /** @throws ProviderProtocolBroken when the stream ended without saying why: it was cut. */
  ending(): Iterable<ChatEvent>;
}

/** What is the vendor's own in a call for an answer. */
export interface AnswerCall<Piece> {
  /** Gives together what came together: each hand-over costs as much as reading ten pieces. */
  open(signal: AbortSignal): Promise<AsyncIterable<readonly Piece[]>>;
  reader(): AnswerReader<Piece>;
  failureFrom(thrown: unknown): ProviderFailure;
}

/** An answer as it comes. It ends with the caller's reason when the caller aborts, or with a `ProviderFailure`. */
export async function* streamedAnswer<Piece>(
  { signal: caller }: Pick<ChatRequest, 'signal'>,
  patience: ChatPatience,
  call: AnswerCall<Piece>,
): AsyncGenerator<ChatEvent> {
  const clock = new CallClock(patience.totalMs, caller);
  try {
    clock.signal.throwIfAborted();
    clock.expectWithin(patience.firstTextMs);
    const reader = call.reader();
    const pieces = await call.open(clock.signal);
    try {
      for await (const together of pieces) {
        // While the reader takes its time, the model's silence is not the model's fault.
        clock.expectNothing();
        for (const event of joinedTexts(eventsIn(together, reader))) yield event;
        clock.expectWithin(reader.hasEnded ? patience.trailerMs : patience.betweenMs);
      }
    } catch (failure) {
      // What follows the finish reason is a courtesy.
      if (!reader.hasEnded) throw brokenOff(failure);
    }
    caller.throwIfAborted();
    for (const event of reader.ending()) yield event;
  } catch (failure) {
    clock.signal.throwIfAborted();
    throw call.failureFrom(failure);
  } finally {
    clock.release();
  }
}

function* eventsIn<Piece>(pieces: readonly Piece[], reader: AnswerReader<Piece>): Generator<ChatEvent> {
  for (const piece of pieces) yield* reader.read(piece);
}

/** Texts that follow each other are one, also the last before a failure. */
function* joinedTexts(events: Iterable<ChatEvent>): Generator<ChatEvent> {
  let text = '';
  let failure: { readonly thrown: unknown } | undefined;
  try {
    for (const event of events) {
      if (event.type === 'text') {
        text += event.text;
        continue;
      }
      if (text) yield { type: 'text', text };
      text = '';
      yield event;
    }
  } catch (thrown) {
    failure = { thrown };
  }
  if (text) yield { type: 'text', text };
  if (failure) throw failure.thrown;
}
