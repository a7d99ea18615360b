import { hidesByDeclaration, hidingSelectors } from './hiding-styles.js';

/** Elements that never hold text for readers. `head` stays for the metadata; its titles are not content. */
const NEVER_TEXT = new Set(
  (
    'script style noscript template iframe object embed applet svg canvas audio video map link meta base ' +
    'input select textarea option datalist progress meter frameset rp rt'
  ).split(' '),
);
/** A button is a control, unless it is the handle of an accordion: there it holds the question. */
const BUTTON_HOLDERS = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'dt', 'summary']);
/** Class names that frameworks and wikis agree on for "not to be seen" or "not to be read". */
const HIDDEN_CLASSES = new Set(
  (
    'sr-only visually-hidden visuallyhidden visually-hidden-focusable screen-reader-text screen-reader-only ' +
    'screenreader-only u-hidden is-hidden hidden invisible d-none hide ' +
    'sortkey mw-editsection'
  ).split(' '),
);
/** `hidden md:block` and `d-none d-lg-block` hide on some screens only. */
const RESPONSIVE_CLASS = /^(?:sm|md|lg|xl|2xl|xs|print):|^d-(?:sm|md|lg|xl|xxl|print)-|^(?:visible|show)/;
/** Below this depth only the text is kept: no page needs more, and what walks the tree may recurse. */
const MAX_DEPTH = 400;
const COMMENT_NODE = 8;
const ELEMENT_NODE = 1;

/**
 * Removes what a reader of the page does not see: scripts, controls, comments and hidden elements, where text
 * waits that is meant for machines. The tree is then at most 400 levels deep.
 */
export function keepVisibleContent(document: Document): void {
  const hiddenByStyle = hidingSelectors(document);
  const tooDeep: Element[] = [];
  walk(document.body, (node, depth) => {
    if (node.nodeType === COMMENT_NODE) return 'remove';
    if (node.nodeType !== ELEMENT_NODE) return 'keep';
    const element = node as Element;
    if (isNeverText(element) || isHidden(element, hiddenByStyle)) return 'remove';
    if (depth === MAX_DEPTH) tooDeep.push(element);
    return 'keep';
  });
  for (const element of tooDeep) element.replaceChildren(element.textContent);
}

/** Depth first, without recursion: trees from the wild can be deeper than the call stack. */
function walk(root: Element, visit: (node: Node, depth: number) => 'keep' | 'remove'): void {
  let depth = 1;
  let node: Node | null = root.firstChild;
  while (node) {
    const next: Node | null = node.nextSibling;
    const parent: Node | null = node.parentNode;
    const kept = visit(node, depth) === 'keep';
    if (!kept) parent?.removeChild(node);
    if (kept && node.firstChild) {
      node = node.firstChild;
      depth += 1;
      continue;
    }
    node = next;
    let above = parent;
    while (!node && above && above !== root) {
      node = above.nextSibling;
      above = above.parentNode;
      depth -= 1;
    }
  }
}

function isNeverText(element: Element): boolean {
  if (element.localName === 'button') return !BUTTON_HOLDERS.has(element.parentElement?.localName ?? '');
  if (element.localName === 'dialog') return !element.hasAttribute('open');
  return NEVER_TEXT.has(element.localName);
}

function isHidden(element: Element, hiddenByStyle: ReadonlySet<string>): boolean {
  const hiddenAttribute = element.getAttribute('hidden');
  if (hiddenAttribute !== null && hiddenAttribute !== 'until-found') return true;
  if (element.getAttribute('aria-hidden') === 'true') return true;
  if (hidesByDeclaration(element.getAttribute('style') ?? '')) return true;
  const id = element.getAttribute('id');
  if (id && hiddenByStyle.has(`#${id}`)) return true;
  const classes = (element.getAttribute('class') ?? '').split(/\s+/).filter(Boolean);
  if (classes.some((name) => hiddenByStyle.has(`.${name}`))) return true;
  return (
    classes.some((name) => HIDDEN_CLASSES.has(name)) && !classes.some((name) => RESPONSIVE_CLASS.test(name))
  );
}
