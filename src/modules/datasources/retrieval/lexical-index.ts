import { analysisLanguageOf, contentTermsOf, plainText, TERMS_VERSION } from '#common/text';

/** Changes whenever the same passage would be indexed otherwise, so that what is stored is made anew. */
export const INDEX_VERSION = TERMS_VERSION;

/** What of a passage is searched. */
export interface Passage {
  readonly title: string;
  /** Headings above the passage, outermost first. */
  readonly headingPath: readonly string[];
  /** Markdown. */
  readonly text: string;
  /** Primary language subtag; an unknown language is read as English. */
  readonly language?: string | null;
}

/** The terms of a passage, ready to be stored. */
export interface Lexemes {
  /** A literal to be bound as text and cast to `tsvector`. */
  readonly tsvector: string;
  /** How many terms there are, repetitions counted. */
  readonly count: number;
}

/** Terms of the title and of the text are never near each other. */
const GAP = 64;
/** Limits of Postgres: positions beyond are clamped, and more of them dropped. */
const LAST_POSITION = 16_383;
const MAX_POSITIONS = 255;

/** Title and headings count as text, unless the text itself begins with them. */
export function lexemesOf(passage: Passage): Lexemes {
  const language = analysisLanguageOf(passage.language);
  const above = headingsAbove(passage).flatMap((heading) => contentTermsOf(heading, language));
  const within = contentTermsOf(plainText(passage.text), language);
  const positions = new Map<string, number[]>();
  above.forEach((term, index) => note(positions, term, index + 1));
  within.forEach((term, index) => note(positions, term, above.length + GAP + index));
  const tsvector = [...positions].map(([term, at]) => `'${term}':${at.join(',')}`).join(' ');
  return { tsvector, count: above.length + within.length };
}

/** What is embedded of a passage: its text with what is needed to understand it. */
export function embeddingTextOf(passage: Passage): string {
  return [...headingsAbove(passage), plainText(passage.text)].join('. ');
}

/** Title and headings, each once, without those that the text repeats. */
function headingsAbove({ title, headingPath, text }: Passage): string[] {
  const lines = new Set(text.split('\n', 20).map((line) => comparable(line.replace(/^[\s#]+/, ''))));
  const above = new Map<string, string>();
  for (const heading of [title, ...headingPath]) {
    const key = comparable(heading);
    if (key && !lines.has(key)) above.set(key, heading.trim());
  }
  return [...above.values()];
}

function comparable(heading: string): string {
  return heading.trim().toLowerCase();
}

function note(positions: Map<string, number[]>, term: string, position: number): void {
  const known = positions.get(term);
  if (!known) positions.set(term, [Math.min(position, LAST_POSITION)]);
  else if (known.length < MAX_POSITIONS && position <= LAST_POSITION) known.push(position);
}
