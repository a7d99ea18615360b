import { overlap, type Stretch } from './stretch.js';

const WORD = String.raw`\p{Lu}[\p{L}\p{M}'’-]{0,40}`;
const PARTICLE = String.raw`(?:(?:van|von|der|den|de|da|di|la|le|del|bin|al|el|zu|ter|dos)\s){0,2}`;
const NAME = String.raw`${WORD}(?:\s${PARTICLE}${WORD}){0,3}`;
const FULL_NAME = String.raw`${WORD}(?:\s${PARTICLE}${WORD}){1,3}`;

/** What comes before a name, and how much of a name it takes to be one there. */
const INTRODUCTIONS: readonly (readonly [string, string])[] = [
  [
    String.raw`my (?:full )?name is|my name's|i am called|they call me|mein name ist|mein name lautet|ich hei(?:ß|ss)e|je m['’]appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome è|o meu nome é|meu nome é|mijn naam is|ik heet|nazywam się|jag heter|jeg heter|jeg hedder`,
    NAME,
  ],
  [String.raw`i am|i['’]m|this is|ich bin|hier ist|je suis|soy|sono|sou|ik ben`, FULL_NAME],
  [
    String.raw`(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|herr|herrn|frau|mme|monsieur|madame|señor|señora|sr|sra|signor|signora)\.?`,
    NAME,
  ],
  [
    String.raw`dear|sehr geehrter herr|sehr geehrte frau|lieber|liebe|cher|chère|estimado|estimada`,
    FULL_NAME,
  ],
  [
    String.raw`(?:best |kind |warm )?regards,?|yours (?:sincerely|faithfully|truly),?|sincerely,?|(?:mit )?(?:freundlichen|besten|herzlichen|vielen) grüßen,?|viele grüße,?|cordialement,?|saludos,?|cheers,?`,
    NAME,
  ],
];

/** What comes before may be written in any case; that a name begins with a capital is what tells it. */
const PATTERNS = INTRODUCTIONS.map(([before, name]) => ({
  before: new RegExp(introducedBy(before), 'giu'),
  name: new RegExp(name, 'uy'),
}));
/** Most texts hold none at all: one look tells, where each pattern would take one. */
const ANY_INTRODUCTION = new RegExp(introducedBy(INTRODUCTIONS.map(([before]) => before).join('|')), 'iu');

function introducedBy(before: string): string {
  return String.raw`(?<![\p{L}\p{N}])(?:${before})[\s:]{1,3}`;
}

/** Names that somebody says of themselves, or that stand with a title. Others are not told from words by patterns. */
export function namesIn(text: string): Stretch[] {
  if (!ANY_INTRODUCTION.test(text)) return [];
  const found: Stretch[] = [];
  for (const { before, name } of PATTERNS)
    for (const { 0: introduction, index } of text.matchAll(before)) {
      const start = index + introduction.length;
      name.lastIndex = start;
      const end = start + (name.exec(text)?.[0].length ?? 0);
      if (end > start && !found.some((other) => overlap(other, { start, end }))) found.push({ start, end });
    }
  return found;
}
