import type { PassageExcerpt } from '#modules/datasources';
import type { Correction } from '../corrections/corrections.types.js';
import type { MessageView } from '../messages.types.js';

/** A message with what only the team sees of it. */
export interface TeamMessage {
  readonly view: MessageView;
  readonly correction: Correction | null;
  /** Passages that its trace names, by their ids, as they are now. */
  readonly passages: ReadonlyMap<string, PassageExcerpt>;
}
