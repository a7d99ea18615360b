/** What kind of thing a question asks for. */
export interface ExpectedAnswer {
  /** Whether a sentence holds something of this kind. */
  isIn(sentence: string): boolean;
}

const NUMBER =
  /\p{N}|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|hundred|thousand|million|billion|half|third|quarter|once|twice)\b/iu;
const DATE =
  /\b(?:1\d{3}|20\d{2})\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b|\bcentur(?:y|ies)\b|\b\d{2,4}s\b|\b\d{1,4} (?:BC|AD|BCE|CE)\b/;
const NAME_INSIDE = /(?<=[\p{Ll}\p{N},;:)"'”’] ["'“‘(]?)\p{Lu}/u;

const KINDS: readonly { readonly asks: RegExp; readonly holds: RegExp }[] = [
  { asks: /\bwhen\b|\b(?:what|which) (?:year|date|day|month|decade|century)\b/i, holds: DATE },
  {
    asks: /\bhow (?:many|much|long|old|far|large|big|tall|high|often|fast|deep)\b|\b(?:percent|percentage|population|number|price|cost)\b/i,
    holds: NUMBER,
  },
  {
    asks: /\bwho(?:m|se)?\b|\bwhere\b|\bwhat (?:country|city|company|person|river|state)\b/i,
    holds: NAME_INSIDE,
  },
];

/** `null` when any sentence could be the answer. */
export function expectedAnswerOf(question: string): ExpectedAnswer | null {
  const kind = KINDS.find(({ asks }) => asks.test(question));
  return kind ? { isIn: (sentence) => kind.holds.test(sentence) } : null;
}
