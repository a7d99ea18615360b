/**
 * What a handler returns when its job is not done but should let others have their turn. The row goes back into the
 * queue with its progress, counts as not tried yet, and is delivered again; the handler finds where it was.
 */
export class JobContinuation {
  /** @param delayMs not before so many milliseconds from now. */
  constructor(readonly delayMs = 0) {}
}
