/** Why a file cannot be read. */
export type Reason =
  | 'encrypted'
  | 'without_text'
  | 'corrupt'
  | 'unpacks_too_large'
  | 'declares_entities'
  | 'unsupported'
  | 'too_long';

/** Thrown by readers in the worker, and turned into an answer there: errors lose their class between threads. */
export class Unreadable extends Error {
  constructor(
    readonly reason: Reason,
    readonly detail?: string,
  ) {
    super(`${reason}${detail ? `: ${detail}` : ''}`);
    this.name = 'Unreadable';
  }
}
