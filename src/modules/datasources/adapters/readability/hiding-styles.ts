const HIDING_DECLARATIONS = [
  /(?:^|;)display:none/,
  /(?:^|;)visibility:(?:hidden|collapse)/,
  /(?:^|;)opacity:0*\.?0*(?:%|;|!|$)/,
  /(?:^|;)font-size:0*\.?0*(?:px|pt|em|rem|%|;|!|$)/,
  /(?:^|;)font-size:[01](?:\.\d+)?px/,
  /(?:^|;)color:transparent/,
  /(?:^|;)(?:text-indent|left|right|top|margin-left|margin-top):-\d{4,}/,
  /(?:^|;)clip:rect\((?:0|1)(?:px)?[ ,]/,
  /(?:^|;)clip-path:inset\((?:50|100)%/,
  /(?:^|;)transform:scale\(0\)/,
];

/** Whether an inline style takes its element out of sight. */
export function hidesByDeclaration(style: string): boolean {
  if (!style) return false;
  const compact = style
    .toLowerCase()
    .replace(/\/\*.*?\*\//g, '')
    .replace(/\s*([:;,(])\s*/g, '$1')
    .trim();
  return (
    HIDING_DECLARATIONS.some((hiding) => hiding.test(compact)) ||
    isInvisibleBox(compact) ||
    isCamouflaged(compact)
  );
}

function isInvisibleBox(style: string): boolean {
  return (
    /(?:^|;)overflow:hidden/.test(style) &&
    /(?:^|;)(?:max-)?(?:height|width):[01](?:px)?(?:;|!|$)/.test(style)
  );
}

/** Text in the colour of its own background. */
function isCamouflaged(style: string): boolean {
  const color = /(?:^|;)color:([^;!]+)/.exec(style)?.[1];
  const background = /(?:^|;)background(?:-color)?:([^;!]+)/.exec(style)?.[1];
  return color !== undefined && color === background;
}

const HIDING_RULE =
  /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0\s*(?:px)?\s*(?:;|!|$))/i;
const SHOWING_RULE = /(?:^|;)\s*(?:display|visibility)\s*:/i;

/**
 * The `.class` and `#id` selectors that the page's own style sheets hide on every screen. Rules in `@media` and
 * compound selectors are left out: they depend on what a browser would know.
 */
export function hidingSelectors(document: Document): ReadonlySet<string> {
  const hiding = new Set<string>();
  for (const sheet of document.querySelectorAll('style')) {
    for (const { selectors, declarations } of plainRules(withoutComments(sheet.textContent))) {
      for (const selector of selectors.filter((one) => /^[.#][\w-]+$/.test(one))) {
        if (HIDING_RULE.test(declarations)) hiding.add(selector);
        else if (SHOWING_RULE.test(declarations)) hiding.delete(selector);
      }
    }
  }
  return hiding;
}

/** By splitting: a lazy pattern takes quadratic time on comments that are never closed. */
function withoutComments(css: string): string {
  const [before = '', ...comments] = css.split('/*');
  return before + comments.map((comment) => comment.slice(comment.indexOf('*/') + 2)).join('');
}

/** Rules outside of `@media` and other blocks. */
function* plainRules(css: string): Iterable<{ selectors: string[]; declarations: string }> {
  let depth = 0;
  let start = 0;
  let selectors: string[] = [];
  for (let at = 0; at < css.length; at += 1) {
    const sign = css[at];
    if (sign === '{') {
      if (depth === 0)
        selectors = css
          .slice(start, at)
          .split(',')
          .map((part) => part.trim());
      depth += 1;
      start = at + 1;
    } else if (sign === '}') {
      if (depth === 1 && !selectors[0]?.startsWith('@'))
        yield { selectors, declarations: css.slice(start, at) };
      depth = Math.max(0, depth - 1);
      start = at + 1;
    } else if (sign === ';' && depth === 0) {
      start = at + 1;
    }
  }
}
