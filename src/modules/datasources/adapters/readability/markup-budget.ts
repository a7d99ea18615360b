import { PageTooComplex } from '../../page.errors.js';

/**
 * Tags and attributes that a page may have. Each takes about a kilobyte as part of a document, and a worker that
 * runs out of heap can take the whole process with it, so this has to be known before.
 */
const MAX_TAGS_AND_ATTRIBUTES = 600_000;

/** @throws PageTooComplex when the markup would not fit into the memory of the worker. */
export function assertAffordable(html: string, budget = MAX_TAGS_AND_ATTRIBUTES): void {
  let spent = 0;
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    const tag = readTag(html, at);
    at = tag.end;
    spent += tag.cost;
    if (spent > budget) throw new PageTooComplex();
  }
}

/** Counts a tag and the words in it. Quoted values count as one, comments as nothing. */
function readTag(html: string, start: number): { end: number; cost: number } {
  if (html.startsWith('<!--', start)) return { end: after(html, '-->', start), cost: 1 };
  if (!/[a-z/]/i.test(html.charAt(start + 1))) return { end: start + 1, cost: 1 };
  let cost = 1;
  for (let at = start + 1; at < html.length; at += 1) {
    const sign = html.charAt(at);
    if (sign === '>') return { end: at + 1, cost };
    if ((sign === '"' || sign === "'") && html.charAt(at - 1) === '=') at = after(html, sign, at + 1) - 1;
    else if (sign <= ' ' && html.charAt(at + 1) > ' ') cost += 1;
  }
  return { end: html.length, cost };
}

function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found < 0 ? html.length : found + mark.length;
}
