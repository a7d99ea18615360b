const MARKER = /\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]/g;
/** The end of a text that could still become a marker: `[`, `[1`, `[1, 2`. */
const UNFINISHED = /\[(?:\d{1,3}(?:\s*,\s*\d{0,3})*)?\s*$/;
const LONGEST_UNFINISHED = 40;

/**
 * Lets through the citations of a streamed answer that name a source, and takes out those that name none.
 * Brackets inside code are code.
 */
export class CitationFilter {
  #pending = '';
  #inCode = false;

  /** @param sourceCount citations `[1]` to `[sourceCount()]` are true; it may grow while the model speaks. */
  constructor(private readonly sourceCount: () => number) {}

  /** The part of the answer that may be shown after this text has come. */
  push(text: string): string {
    const all = this.#pending + text;
    const held = UNFINISHED.exec(all.slice(-LONGEST_UNFINISHED))?.[0].length ?? 0;
    this.#pending = all.slice(all.length - held);
    return this.#clean(all.slice(0, all.length - held));
  }

  /** What was held back, at the end of the answer. */
  end(): string {
    const rest = this.#pending;
    this.#pending = '';
    return this.#clean(rest);
  }

  #clean(text: string): string {
    return text
      .split(/(`+)/)
      .map((part) => {
        if (part.startsWith('`')) this.#inCode = !this.#inCode;
        return this.#inCode ? part : part.replace(MARKER, (_, list: string) => this.#keep(list));
      })
      .join('');
  }

  #keep(list: string): string {
    const known = list
      .split(',')
      .map(Number)
      .filter((index) => index >= 1 && index <= this.sourceCount());
    return known.map((index) => `[${index}]`).join('');
  }
}

/** One place where an answer cites a source, with the sentence that does. */
export interface CitedClaim {
  readonly index: number;
  readonly claim: string;
}

/** The sources that an answer cites, each once, with the first sentence that leans on it. */
export function citedClaims(answer: string): CitedClaim[] {
  const claims = new Map<number, string>();
  for (const match of answer.matchAll(MARKER)) {
    const before = answer.slice(0, match.index).replace(MARKER, '').trimEnd();
    const claim = before.slice(sentenceStart(before));
    for (const index of (match[1] ?? '').split(',').map(Number)) {
      if (!claims.has(index)) claims.set(index, claim.trim());
    }
  }
  return [...claims].map(([index, claim]) => ({ index, claim }));
}

function sentenceStart(text: string): number {
  const withoutEnd = text.replace(/[.!?。！？"'”’)\s]+$/, '');
  return (
    Math.max(
      withoutEnd.lastIndexOf('\n'),
      ...[...withoutEnd.matchAll(/[.!?。！？]\s/g)].map((end) => end.index),
      -1,
    ) + 1
  );
}
