import { CallClock } from '../../call-clock.js';
import type { ProviderFailure } from '../../providers.errors.js';

/** What is the vendor's own in a call whose answer comes in one piece. */
export interface WholeCall<Answer> {
  ask(signal: AbortSignal): Promise<Answer>;
  failureFrom(thrown: unknown): ProviderFailure;
}

/** An answer in time. It fails with the caller's reason when the caller aborts, or with a `ProviderFailure`. */
export async function answerWithin<Answer>(
  timeoutMs: number,
  caller: AbortSignal | undefined,
  call: WholeCall<Answer>,
): Promise<Answer> {
  const clock = new CallClock(timeoutMs, caller);
  try {
    clock.signal.throwIfAborted();
    return await call.ask(clock.signal);
  } catch (failure) {
    clock.signal.throwIfAborted();
    throw call.failureFrom(failure);
  } finally {
    clock.release();
  }
}
