import { blockNumberOf, type Stretch } from './time-blocks.js';

/** What may be searched: ids of the newest and the oldest message, and of one that a look at the newest goes back to. */
export interface SearchSpan {
  readonly newest: string;
  readonly oldest: string;
  /** The newest by which time is counted: those behind it are only meant if clocks went wrong. */
  readonly counted: string;
  /** `null` when there is so little that it is looked at as a whole. */
  readonly first: string | null;
}

/** So many matches are read without anybody noticing, even when fewer are needed. */
const CHEAP_MATCHES = 500;
/** What an estimate is exceeded by, so that one more look is rarely needed. */
const MARGIN = 1.3;
/** Few matches say little about how many there are further back. */
const UNCERTAINTY = 3;
const [MIN_GROWTH, MAX_GROWTH] = [1.2, 64];
/** When most of it would be looked at, all of it is. */
const MOST = 0.75;

/**
 * The newest part of what is searched. Words that are said often are found in a small one, and nobody reads what was found
 * beyond a page; after a look at it, a wider one is as wide as the words are rare.
 */
export class SearchWindow implements Stretch {
  private constructor(
    private readonly span: SearchSpan,
    readonly from: number,
  ) {}

  static first(span: SearchSpan): SearchWindow {
    return new SearchWindow(span, blockNumberOf(span.first ?? span.oldest));
  }

  static whole(span: SearchSpan): SearchWindow {
    return new SearchWindow(span, blockNumberOf(span.oldest));
  }

  get to(): number {
    return blockNumberOf(this.span.newest) + 1;
  }

  get isWhole(): boolean {
    return this.from <= blockNumberOf(this.span.oldest);
  }

  /** One in which so many matches are to be expected, after this one held `found` of them. */
  wider(found: number, needed: number): SearchWindow {
    const wanted = MARGIN * Math.max(needed, CHEAP_MATCHES);
    const growth = Math.min(MAX_GROWTH, Math.max(MIN_GROWTH, wanted / (found + UNCERTAINTY)));
    const end = blockNumberOf(this.span.counted) + 1;
    const length = Math.ceil((end - this.from) * growth);
    const whole = SearchWindow.whole(this.span);
    return length >= (end - whole.from) * MOST ? whole : new SearchWindow(this.span, end - length);
  }
}
