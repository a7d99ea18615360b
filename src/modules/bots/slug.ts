import { randomInt } from 'node:crypto';
import { isUUID } from 'class-validator';

export const MAX_SLUG_CHARACTERS = 63;
/** Small letters and digits, with single hyphens between; never the form of an id, so that one place takes both. */
export const SLUG =
  /^(?![0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

const MADE_CHARACTERS = 50;
const MORE_CHARACTERS = 6;
const NAMELESS = 'bot';

/** What a name becomes where only letters and digits may be: `Café & Bar` is `cafe-bar`. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  const slug = trimmed(trimmed(plain).slice(0, MADE_CHARACTERS)) || NAMELESS;
  return isUUID(slug) ? `${NAMELESS}-${slug}` : slug;
}

/** The same with a random end, for where that one is taken; so that many at once do not try the same next one. */
export function distinctSlug(slug: string): string {
  const more = Array.from({ length: MORE_CHARACTERS }, () => randomInt(36).toString(36));
  return `${slug}-${more.join('')}`;
}

function trimmed(slug: string): string {
  return slug.replace(/^-/, '').replace(/-$/, '');
}
