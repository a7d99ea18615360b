import { PageEmpty, PageLoginWall, PageNeedsBrowser, PageNotHtml } from '../../page.errors.js';
import type { ExtractedPage, FetchedPage } from '../../ports/page-extractor.port.js';
import { cleanLine, cleanText, trimLines } from '../shared/clean-text.js';
import { directionOfLanguage, languageOfText } from '../shared/text-language.js';
import { contentKind } from './content-kind.js';
import { findMainContent } from './main-content.js';
import { decodePage } from '../shared/page-charset.js';
import { assertAffordable } from './markup-budget.js';
import { parsePage } from './page-document.js';
import { readMetadata, titleFromUrl } from './page-metadata.js';
import { printMarkdown } from './print-markdown.js';
import { readBlocks } from './read-blocks.js';
import { tidyBlocks } from './tidy-blocks.js';
import { keepVisibleContent } from './visible-content.js';

/** With fewer words than this, what a page shows may be a login form or the placeholder of an application. */
const FEW_WORDS = 60;
/** A title that comes later is not one. */
const TITLE_WINDOW_CHARS = 20_000;
const WORDS_WINDOW_CHARS = 10_000;
/** A character counts as a word where words are not set apart. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}]+/gu;
/** Where applications of the common frameworks put what they render. */
const APPLICATION_ROOT =
  '#root, #app, #__next, #__nuxt, #___gatsby, #svelte, app-root, [ng-app], [data-reactroot]';

/** Reads a page. See `PageExtractor.extract` for what it promises; this is the part that takes the time. */
export function extractPage(page: FetchedPage): ExtractedPage {
  const source = decodePage(page.body, page.contentType);
  switch (contentKind(page, source)) {
    case 'html':
      return extractHtml(source, page);
    case 'text':
      return extractText(source, page.url);
    case 'other':
      throw new PageNotHtml(page.contentType);
  }
}

function extractHtml(html: string, page: FetchedPage): ExtractedPage {
  assertAffordable(html);
  return extractDocument(parsePage(html), html, page);
}

/** @param document is taken apart. */
export function extractDocument(
  document: Document,
  html: string,
  { url, isRendered = false }: Pick<FetchedPage, 'url' | 'isRendered'>,
): ExtractedPage {
  const signs = { ...readSigns(document), ...(isRendered && { hasScripts: false, isApplication: false }) };
  const metadata = readMetadata(document, url);
  keepVisibleContent(document);
  const content = findMainContent(document, () => visiblePage(html));
  const blocks = tidyBlocks(readBlocks(content), metadata.title);
  const markdown = trimLines(cleanText(printMarkdown(blocks)));
  assertWorthIndexing(markdown, signs);
  const language = metadata.language ?? languageOfText(markdown);
  return {
    ...metadata,
    title: metadata.title ?? firstHeading(markdown) ?? titleFromUrl(url),
    language,
    direction: metadata.direction ?? directionOfLanguage(language),
    markdown,
  };
}

function visiblePage(html: string): Document {
  const document = parsePage(html);
  keepVisibleContent(document);
  return document;
}

function extractText(source: string, url: string): ExtractedPage {
  const markdown = trimLines(cleanText(source));
  if (!hasWords(markdown)) throw new PageEmpty();
  const language = languageOfText(markdown);
  return {
    title: firstHeading(markdown) ?? titleFromUrl(url),
    language,
    direction: directionOfLanguage(language),
    markdown,
  };
}

/** What tells why a page has no text, read before it is taken apart. */
interface PageSigns {
  readonly hasScripts: boolean;
  readonly isApplication: boolean;
  readonly asksForPassword: boolean;
}

function readSigns(document: Document): PageSigns {
  const refusals = [...document.querySelectorAll('noscript')].map(({ textContent }) => textContent);
  const root = document.querySelector(APPLICATION_ROOT);
  return {
    hasScripts: document.querySelector('script') !== null,
    isApplication:
      refusals.some((text) => /javascript/i.test(text)) || (root !== null && !hasWords(root.textContent)),
    asksForPassword: document.querySelector('input[type="password" i]') !== null,
  };
}

function assertWorthIndexing(markdown: string, signs: PageSigns): void {
  const words = markdown.slice(0, WORDS_WINDOW_CHARS).match(WORD)?.length ?? 0;
  if (words < FEW_WORDS && signs.asksForPassword) throw new PageLoginWall();
  if (words === 0) throw signs.hasScripts ? new PageNeedsBrowser() : new PageEmpty();
  if (words < FEW_WORDS / 2 && signs.isApplication) throw new PageNeedsBrowser();
}

const hasWords = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

function firstHeading(markdown: string): string | undefined {
  const start = markdown.slice(0, TITLE_WINDOW_CHARS);
  const heading = /^#{1,6}[ \t]+(.+?)[ \t#]*$/m.exec(start)?.[1] ?? /^(\S.*)\n={3,}$/m.exec(start)?.[1];
  return heading ? cleanLine(heading).slice(0, 300) : undefined;
}
