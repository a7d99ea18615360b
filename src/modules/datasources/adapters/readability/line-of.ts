import { BLOCK_TAGS, TEXTLESS_TAGS } from './html-tags.js';

/** The text of an element on one line, with a space wherever a browser would start a new one. */
export function lineOf(root: Node): string {
  const parts: string[] = [];
  collect(root, parts);
  return parts.join('').replace(/\s+/g, ' ').trim();
}

function collect(parent: Node, parts: string[]): void {
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    const tag = node.nodeName.toLowerCase();
    if (tag === '#text' || tag === '#cdata-section') {
      parts.push(node.nodeValue ?? '');
    } else if (!TEXTLESS_TAGS.has(tag)) {
      const breaks = tag === 'br' || BLOCK_TAGS.has(tag);
      if (breaks) parts.push(' ');
      collect(node, parts);
      if (breaks) parts.push(' ');
    }
  }
}
