import { Readability } from '@mozilla/readability';
import { isDataTable } from './read-table.js';

const SHELTER_MARK = 'data-colloquy-shelter';
const LANDMARKS =
  'nav, [role="navigation"], [role="banner"], [role="contentinfo"], [role="search"], body > header, body > footer, ' +
  'body > div > header, body > div > footer';
/** Pages whose landmarks hold most of the text use them for something else, or are about nothing else. */
const MAX_LANDMARK_SHARE = 0.6;
const CLUTTER_NAME =
  /(?:^|[\s_-])(?:share|sharing|sharebar|social|socials|breadcrumbs?|newsletter|cookies?|consent|print-(?:header|only|tools)|article-tools|text-?resizer|skip-link|advert|advertisement|sponsored|promo|related|recommended)(?:[\s_-]|$)/i;
const MAX_CLUTTER_CHARS = 300;
const MAX_CAPTION_CHARS = 600;
/** A wiki's boxes of links look like data tables. */
const NAVIGATION_TABLE = /(?:^|[\s_-])(?:nav|navbox|navigation|sidebar|toc|metadata|infonav)(?:[\s_-]|$)/i;

/** Readability itself doubts articles below this length. */
const SHORT_ARTICLE_CHARS = 500;
/** A short article that is less than this share of the page is a fragment of it. */
const MIN_SHARE_OF_PAGE = 0.25;
/** An article that is less than this share of the page's own `<main>` is a fragment of it. */
const MIN_SHARE_OF_MAIN = 0.35;

/**
 * Finds the element that holds what the page is about, without navigation, banners and footers.
 *
 * @param document is used up.
 * @param reload makes the document anew, for when Readability was of no help. That is rare; to keep a copy for it
 * would double the memory that every page needs.
 */
export function findMainContent(document: Document, reload: () => Document): Element {
  removeLandmarks(document);
  const pageLength = proseLength(document.body);
  const mainLength = proseLength(declaredMain(document));
  const article = readArticle(document);
  const content = article && isWhole(article, pageLength, mainLength) ? article : readDeclared(reload());
  removeClutter(content);
  return content;
}

function isWhole(article: Element, pageLength: number, mainLength: number): boolean {
  const length = proseLength(article);
  if (length < mainLength * MIN_SHARE_OF_MAIN) return false;
  return length >= SHORT_ARTICLE_CHARS || length >= pageLength * MIN_SHARE_OF_PAGE;
}

function readDeclared(document: Document): Element {
  removeLandmarks(document);
  return declaredMain(document) ?? document.body;
}

function readArticle(document: Document): Element | undefined {
  const sheltered = shelterTablesAndCode(document);
  const reader = new Readability<Element>(document, {
    keepClasses: true,
    serializer: (node) => node as Element,
  });
  try {
    const article = reader.parse()?.content ?? undefined;
    if (article) restore(article, sheltered);
    return article;
  } catch (error) {
    // linkedom passes the children of an element as arguments; an element with very many exceeds the stack.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What the page itself marks as its content, if it marks exactly one element. */
function declaredMain(document: Document): Element | undefined {
  const mains = document.querySelectorAll('main, [role="main"]');
  const candidates = mains.length > 0 ? mains : document.querySelectorAll('article');
  return candidates.length === 1 ? candidates[0] : undefined;
}

function removeLandmarks(document: Document): void {
  const landmarks = [...document.querySelectorAll(LANDMARKS)].filter(
    (element) => !element.querySelector('main'),
  );
  const outermost = landmarks.filter((element) => !element.parentElement?.closest(LANDMARKS));
  const inside = outermost.reduce((sum, element) => sum + textLength(element), 0);
  if (inside > textLength(document.body) * MAX_LANDMARK_SHARE) return;
  outermost.forEach((element) => element.remove());
}

/** Share buttons and the like, and captions: they describe pictures that are not there. */
function removeClutter(content: Element): void {
  for (const element of content.querySelectorAll('[class], [id]')) {
    const name = `${element.getAttribute('class') ?? ''} ${element.getAttribute('id') ?? ''}`;
    if (
      CLUTTER_NAME.test(name) &&
      textLength(element) < MAX_CLUTTER_CHARS &&
      !element.querySelector('h1, pre, table')
    )
      element.remove();
  }
  for (const caption of content.querySelectorAll('figcaption, [class*="caption" i]')) {
    if (textLength(caption) < MAX_CAPTION_CHARS && !captionsText(caption)) caption.remove();
  }
}

/** Captions of tables, code and quotations belong to what is kept. */
function captionsText(caption: Element): boolean {
  const holder = caption.closest('figure') ?? caption.parentElement;
  return caption.localName === 'caption' || holder?.querySelector('table, pre, blockquote, p + p') !== null;
}

/**
 * Readability takes tables with many links and code with few words for clutter. It gets paragraphs with the same
 * text in their place, which it weighs as text.
 */
function shelterTablesAndCode(document: Document): Element[] {
  return [...document.querySelectorAll('table, pre')].filter(deservesShelter).map((element, index) => {
    const stand = document.createElement('p');
    stand.setAttribute(SHELTER_MARK, String(index));
    stand.textContent = element.textContent;
    element.replaceWith(stand);
    return element;
  });
}

function deservesShelter(element: Element): boolean {
  if (element.parentElement?.closest('pre')) return false;
  if (element.localName === 'pre') return !element.closest('table');
  return !NAVIGATION_TABLE.test(element.getAttribute('class') ?? '') && isDataTable(element);
}

function restore(article: Element, sheltered: readonly Element[]): void {
  for (const stand of article.querySelectorAll(`[${SHELTER_MARK}]`)) {
    const original = sheltered[Number(stand.getAttribute(SHELTER_MARK))];
    if (original) stand.replaceWith(original);
  }
}

/** Length of the text outside of links. */
function proseLength(element: Element | undefined): number {
  if (!element) return 0;
  return [...element.querySelectorAll('a')].reduce(
    (rest, link) => rest - textLength(link),
    textLength(element),
  );
}

const textLength = (element: Element): number => element.textContent.replace(/\s+/g, '').length;
