import { describe, expect, it } from '@jest/globals';
import { essenceOf, isOneOf } from './content-type.js';

describe('content types', () => {
  it('are named without parameters and in lower case', () => {
    expect(essenceOf('Text/HTML ; charset=utf-8')).toBe('text/html');
  });

  it('match their own name or their group', () => {
    expect(isOneOf('text/html; charset=utf-8', ['text/html'])).toBe(true);
    expect(isOneOf('text/markdown', ['text/*'])).toBe(true);
  });

  it('match nothing else', () => {
    expect(isOneOf('application/pdf', ['text/html', 'text/*'])).toBe(false);
    expect(isOneOf('text/htmlx', ['text/html'])).toBe(false);
    expect(isOneOf('textual/html', ['text/*'])).toBe(false);
  });
});
