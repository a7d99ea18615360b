import { isUUID } from 'class-validator';
import { madeAt } from '#common/database';

/** A text as the id of a row; null where it can be none. */
export function idIn(text: string): string | null {
  return isUUID(text) ? text.toLowerCase() : null;
}

/** Which bot a client means by the name of a model: by its id or its slug, also after `bot:`. No slug looks like an id. */
export function botNamedBy(model: string): { readonly id: string } | { readonly slug: string } {
  const name = model.replace(/^bot:/, '');
  const id = idIn(name);
  return id === null ? { slug: storable(name) } : { id };
}

/** Without what no database takes. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** When a row was made, in seconds as OpenAI's protocol counts them. */
export function secondsIn(id: string): number {
  return Math.floor(madeAt(id).getTime() / 1_000);
}
