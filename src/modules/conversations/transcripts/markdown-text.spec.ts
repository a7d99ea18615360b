import { describe, expect, it } from '@jest/globals';
import { inlineMarkdown, linkedMarkdown, quotedMarkdown } from './markdown-text.js';

describe('text in Markdown', () => {
  it.each([
    ['plain words, "quoted" - and 1.5 times', 'plain words, "quoted" - and 1.5 times'],
    ['**bold** _so_ ~~no~~ `code`', '\\*\\*bold\\*\\* \\_so\\_ \\~\\~no\\~\\~ \\`code\\`'],
    ['![x](http://evil/?q)', '\\!\\[x\\]\\(http\\://evil/?q\\)'],
    ['<script>alert(1)</script> &lt;', '\\<script\\>alert\\(1\\)\\</script\\> \\&lt;'],
    ['see www.evil.example', 'see www\\.evil.example'],
    ['mail ann@example.com', 'mail ann\\@example.com'],
    ['# heading', '\\# heading'],
    ['- item', '\\- item'],
    ['12. item', '12\\. item'],
    ['---', '\\---'],
    ['===', '\\==='],
    ['    code', '\u00a0\u00a0\u00a0\u00a0code'],
    ['\u001b[31mred\u0007', '\\[31mred'],
    ['a\\', 'a\\\\'],
  ])('shows %j as it is', (text, written) => {
    expect(inlineMarkdown(text)).toBe(written);
  });

  it('keeps its lines within the quotation', () => {
    expect(quotedMarkdown('one\r\ntwo\n\n> three\u2028# four')).toBe(
      ['> one\\', '> two', '>', '> \\> three\\', '> \\# four'].join('\n'),
    );
  });

  it('links addresses of the web alone', () => {
    expect(linkedMarkdown('https://example.com/a_b?x=1')).toBe('<https://example.com/a_b?x=1>');
    expect(linkedMarkdown('javascript:alert(1)')).toBe('javascript:alert\\(1\\)');
    expect(linkedMarkdown('https://example.com/> <b>')).toBe('https\\://example.com/\\> \\<b\\>');
  });
});
