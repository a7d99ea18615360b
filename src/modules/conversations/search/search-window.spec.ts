import { describe, expect, it } from '@jest/globals';
import { SearchWindow } from './search-window.js';
import { firstIdIn } from './time-blocks.js';

const span = {
  ...{ newest: firstIdIn(100_000), oldest: firstIdIn(10) },
  ...{ counted: firstIdIn(100_000), first: firstIdIn(99_991) },
};

describe('SearchWindow', () => {
  it('begins with the newest messages, the newest of all included', () => {
    const window = SearchWindow.first(span);

    expect([window.from, window.to, window.isWhole]).toEqual([99_991, 100_001, false]);
  });

  it('is the whole of what is searched where that is little', () => {
    expect(SearchWindow.first({ ...span, first: null }).isWhole).toBe(true);
    expect(SearchWindow.whole(span).from).toBe(10);
  });

  it('grows by as much as is to be expected to be needed', () => {
    const window = SearchWindow.first(span).wider(1_000, 5_000);

    expect(window.to - window.from).toBeGreaterThanOrEqual(50);
    expect(window.to - window.from).toBeLessThan(80);
    expect(window.to).toBe(100_001);
  });

  it('does not take what is only meant if clocks went wrong for a measure of how much was said', () => {
    const window = SearchWindow.first({ ...span, newest: firstIdIn(100_020) }).wider(1_000, 5_000);

    expect(window.to).toBe(100_021);
    expect(window.from).toBe(SearchWindow.first(span).wider(1_000, 5_000).from);
  });

  it('grows a little where little is missing, and never beyond what is known to be worth reading', () => {
    const first = SearchWindow.first(span);

    expect(first.wider(4_999, 5_000).from).toBe(100_001 - 13);
    expect(first.wider(0, 5_000).from).toBe(100_001 - 640);
  });

  it('comes to everything soon where nothing is found', () => {
    let window = SearchWindow.first(span);
    let looks = 1;
    for (; !window.isWhole; looks += 1) window = window.wider(0, 51);

    expect(looks).toBeLessThanOrEqual(4);
    expect(window.from).toBe(10);
  });

  it('takes everything when that is little more', () => {
    expect(SearchWindow.first({ ...span, oldest: firstIdIn(99_960) }).wider(1_500, 5_000).isWhole).toBe(true);
  });
});
