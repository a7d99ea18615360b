import { trimLines } from '../shared/clean-text.js';
import { BLOCK_TAGS } from './html-tags.js';
import type { CodeBlock } from './page-blocks.js';

/** How highlighters write the language into class names; `highlight-source-` is GitHub's. */
const LANGUAGE_CLASS = /(?:^|\s)(?:language-|lang-|highlight-source-|highlight-|brush:\s*)([a-z][\w+#.-]*)/i;
const LINE_NUMBER_CLASS =
  /(?:^|\s)(?:line-?numbers?(?:-rows)?|lineno|linenos|gutter|hljs-ln-numbers)(?:\s|$)/i;

/** Reads a `<pre>` with its white space. Line numbers are left out; nothing else in it means nothing. */
export function readCode(pre: Element): CodeBlock | undefined {
  const parts: string[] = [];
  collect(pre, parts);
  const code = trimLines(parts.join('').replace(/\r\n?/g, '\n'));
  const isOnlyLineNumbers = /^\s*\d+(?:\s+\d+)*\s*$/.test(code) && code.includes('\n');
  return code.trim() === '' || isOnlyLineNumbers
    ? undefined
    : { kind: 'code', language: languageOf(pre), code };
}

function collect(parent: Node, parts: string[]): void {
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    const tag = node.nodeName.toLowerCase();
    if (tag === '#text' || tag === '#cdata-section') {
      parts.push(node.nodeValue ?? '');
    } else if (tag === 'br') {
      parts.push('\n');
    } else if (!LINE_NUMBER_CLASS.test((node as Element).getAttribute('class') ?? '')) {
      collect(node, parts);
      if (BLOCK_TAGS.has(tag) && !parts.at(-1)?.endsWith('\n')) parts.push('\n');
    }
  }
}

function languageOf(pre: Element): string {
  const carriers = [pre.querySelector('code'), pre, pre.parentElement, pre.parentElement?.parentElement];
  for (const carrier of carriers) {
    const language = LANGUAGE_CLASS.exec(carrier?.getAttribute('class') ?? '')?.[1];
    if (language) return language.toLowerCase();
  }
  return '';
}
