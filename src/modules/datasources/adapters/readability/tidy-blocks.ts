import type { Block } from './page-blocks.js';

/** How far from the start the page may repeat its title. */
const TITLE_WINDOW = 5;

/**
 * Takes out what says nothing: the title where it is repeated as the first heading, and headings at the end whose
 * content was clutter.
 */
export function tidyBlocks(blocks: readonly Block[], title: string | undefined): Block[] {
  const titleAt = blocks
    .slice(0, TITLE_WINDOW)
    .findIndex((block) => block.kind === 'heading' && same(block.text, title));
  const rest = blocks.filter((_, index) => index !== titleAt);
  const end = rest.findLastIndex(({ kind }) => kind !== 'heading') + 1;
  return end > 0 ? rest.slice(0, end) : [...blocks];
}

function same(heading: string, title: string | undefined): boolean {
  return title !== undefined && comparable(heading) === comparable(title);
}

const comparable = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
