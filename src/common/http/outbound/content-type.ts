/** `text/html` of `Text/HTML; charset=utf-8`. */
export function essenceOf(contentType: string): string {
  return contentType.split(';', 1).join('').trim().toLowerCase();
}

/** Whether a content type is one of the patterns `type/subtype` or `type/*`. */
export function isOneOf(contentType: string, patterns: readonly string[]): boolean {
  const essence = essenceOf(contentType);
  const group = `${essence.split('/', 1).join('')}/*`;
  return patterns.some((pattern) => pattern === essence || pattern === group);
}
