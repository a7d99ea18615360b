import robotsParser from 'robots-parser';

/** The name that robots.txt may call us by. */
export const ROBOT_NAME = 'Colloquy';
/** What RFC 9309 asks to read at least. */
export const MAX_ROBOTS_BYTES = 512_000;
const MAX_LINE = 1_000;
/** All patterns with wildcards together: each is compared with every part of a path. */
const MAX_WILDCARD_CHARS = 20_000;
const MAX_DELAY_MS = 60_000;
const MAX_SITEMAPS = 50;

// Its types say `module.exports.default`, but it is a function.
const parse = robotsParser as unknown as (
  url: string,
  text: string,
) => ReturnType<typeof robotsParser.default>;

/** What the robots.txt of one origin asks of us. */
export class RobotsRules {
  readonly #rules: ReturnType<typeof parse>;

  /** @param text empty when there is none: everything is allowed. */
  constructor(origin: string, text: string) {
    this.#rules = parse(`${origin}/robots.txt`, affordable(text));
  }

  allows(url: string): boolean {
    return this.#rules.isAllowed(url, ROBOT_NAME) ?? true;
  }

  /** The pause that is asked for between two requests. */
  get delayMs(): number {
    const seconds = this.#rules.getCrawlDelay(ROBOT_NAME) ?? 0;
    return Number.isFinite(seconds) ? Math.min(MAX_DELAY_MS, Math.max(0, seconds * 1_000)) : 0;
  }

  get sitemaps(): readonly string[] {
    return this.#rules.getSitemaps().slice(0, MAX_SITEMAPS);
  }
}

function affordable(text: string): string {
  let wildcardChars = 0;
  const lines = text.slice(0, MAX_ROBOTS_BYTES).split(/\r\n|\r|\n/);
  const kept = lines.filter((line) => {
    if (line.length > MAX_LINE) return false;
    if (line.includes('*')) wildcardChars += line.length;
    return !line.includes('*') || wildcardChars <= MAX_WILDCARD_CHARS;
  });
  return kept.join('\n').replace(/^\uFEFF/, '');
}
