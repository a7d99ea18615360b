import { parseHTML } from 'linkedom';

/**
 * Parses HTML of any quality into a document that has all of its content in the body.
 *
 * linkedom keeps what it finds where it finds it: the first tag of a fragment becomes the root, and what stands
 * beside or after the body stays outside. Both are repaired here.
 */
export function parsePage(html: string): Document {
  const parsed = parseHTML(html.includes('<') ? html : '<html></html>').document;
  if (hasBody(parsed)) {
    gatherIntoBody(parsed);
    return parsed;
  }
  return parseHTML(`<html><head></head><body>${html}</body></html>`).document;
}

function hasBody(document: Document): boolean {
  const root = document.documentElement as Element | null;
  return root?.localName === 'html' && [...root.children].some(({ localName }) => localName === 'body');
}

function gatherIntoBody(document: Document): void {
  const { body, documentElement } = document;
  const strays = [...documentElement.childNodes, ...document.childNodes].filter((node) => {
    const name = node.nodeName.toLowerCase();
    return (
      node !== body && name !== 'html' && name !== 'head' && (node.nodeType === 1 || node.nodeType === 3)
    );
  });
  strays.forEach((node) => body.appendChild(node));
}
