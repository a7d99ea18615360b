/** How bots say that they do not know, in the languages that are heard most. */
const REFUSALS = [
  /\b(?:i|we) (?:(?:could|can|did|do|was|am|were|are)(?: not|n['’]?t)|cannot|can['’]?t) (?:find|know|have|help|answer|able|see|seem to find|provide)\b/iu,
  /\b(?:i am|i['’]m|we are|we['’]re) (?:unable|not able|not sure|afraid (?:i|we)|sorry,? (?:but )?i (?:do|can|could))/iu,
  /\b(?:no|not enough|not any|insufficient) (?:information|details?|data|mention)\b/iu,
  /\b(?:is|are|was|does) (?:not|n['’]?t) (?:mentioned|contained|covered|described|specified|available|contain|mention|provide)\b.{0,40}\b(?:source|context|document|information|passage)/iu,
  /\bnot in (?:my|the) (?:sources|documents|knowledge)\b/iu,
  /\b(?:das|dies|es)? ?(?:weiß ich|kann ich) (?:leider )?nicht\b|\bkeine (?:informationen?|angaben?)\b/iu,
  /\bje (?:ne sais pas|n['’]ai pas (?:trouvé|d['’]information))|\bno (?:lo sé|tengo información|encontré)\b|\bnon (?:lo so|ho trovato)\b/iu,
];
/** Further on, a long answer may well say what it leaves out. */
const LOOKED_AT = 200;

/** Whether an answer says that it has none. */
export function isRefusal(answer: string): boolean {
  const start = answer.slice(0, LOOKED_AT);
  return REFUSALS.some((refusal) => refusal.test(start));
}
