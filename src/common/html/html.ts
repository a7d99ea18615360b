/** Markup that is safe to show. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | Html | readonly Html[];

/** Puts markup together: whatever is not markup itself is shown as text. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(pieces.reduce((all, piece, index) => all + textOf(parts[index - 1] ?? '') + piece));
}

export const NOTHING = new Html('');

function textOf(part: Part): string {
  if (part instanceof Html) return part.text;
  return typeof part === 'string' ? escaped(part) : part.map(({ text }) => text).join('');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
