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
  open(signal: AbortSignal): Promise<AsyncIterable<Piece>>;
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
    yield* eventsOf(await call.open(clock.signal), reader, clock, patience);
    caller.throwIfAborted();
    yield* reader.ending();
  } catch (failure) {
    clock.signal.throwIfAborted();
    throw call.failureFrom(failure);
  } finally {
    clock.release();
  }
}

async function* eventsOf<Piece>(
  pieces: AsyncIterable<Piece>,
  reader: AnswerReader<Piece>,
  clock: CallClock,
  { betweenMs, trailerMs }: ChatPatience,
): AsyncGenerator<ChatEvent> {
  try {
    for await (const piece of pieces) {
      // While the reader takes its time, the model's silence is not the model's fault.
      clock.expectNothing();
      yield* reader.read(piece);
      clock.expectWithin(reader.hasEnded ? trailerMs : betweenMs);
    }
  } catch (failure) {
    // What follows the finish reason is a courtesy.
    if (!reader.hasEnded) throw brokenOff(failure);
  }
}
