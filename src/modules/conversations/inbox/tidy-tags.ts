/** Each once and without space around it, so that no two look alike. */
export function tidyTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.normalize('NFC').trim()))].filter((tag) => tag !== '');
}
