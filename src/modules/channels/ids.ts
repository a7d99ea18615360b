import { isUUID } from 'class-validator';
import { madeAt } from '#common/database';

/** A text as the id of a row; null where it can be none. */
export function idIn(text: string): string | null {
  return isUUID(text) ? text.toLowerCase() : null;
}

/** Which bot a client means by the name of a model: its id, also after `bot:`. Null where it can be none. */
export function botIdIn(model: string): string | null {
  return idIn(model.replace(/^bot:/, ''));
}

/** When a row was made, in seconds as OpenAI's protocol counts them. */
export function secondsIn(id: string): number {
  return Math.floor(madeAt(id).getTime() / 1_000);
}
