/** What a page asks of robots. */
export interface RobotsDirectives {
  readonly noIndex: boolean;
  readonly noFollow: boolean;
}

/**
 * Reads meta tags and `X-Robots-Tag` headers: `noindex, nofollow`, `none`, and what is said to robots of another name
 * (`otherbot: noindex`), which is not for us.
 */
export function robotsDirectives(...texts: readonly string[]): RobotsDirectives {
  const asked = texts.flatMap(directivesIn);
  return {
    noIndex: asked.includes('noindex') || asked.includes('none'),
    noFollow: asked.includes('nofollow') || asked.includes('none'),
  };
}

function directivesIn(text: string): string[] {
  let isForUs = true;
  return text
    .slice(0, 2_000)
    .toLowerCase()
    .split(',')
    .flatMap((part) => {
      const [name = '', directive] = part.split(':', 2).map((word) => word.trim());
      // `unavailable_after: date` and `max-snippet: 5` are directives, not names.
      if (directive === undefined || /^(?:unavailable_after|max-)/.test(name)) return isForUs ? [name] : [];
      isForUs = name === 'colloquy' || name === '*';
      return isForUs ? [directive] : [];
    });
}
