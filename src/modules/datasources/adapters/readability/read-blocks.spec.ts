import { describe, expect, it } from '@jest/globals';
import { parsePage } from './page-document.js';
import { printMarkdown } from './print-markdown.js';
import { readBlocks } from './read-blocks.js';

const markdownOf = (html: string): string => printMarkdown(readBlocks(parsePage(html).body));

describe('readBlocks and printMarkdown', () => {
  it.each([
    [
      'words of links and emphasis only',
      '<p>See <a href="http://x.example/?q=1">this</a> <b>bold</b> and <i>more</i>.</p>',
      'See this bold and more.',
    ],
    ['no escapes', '<p>[1] a_b *c* # d ~~e~~ 1. `f` &lt;g&gt;</p>', '[1] a_b *c* # d ~~e~~ 1. `f` <g>'],
    ['line breaks', '<p>12 High Street<br>Town<br><br>Phone 1</p>', '12 High Street\nTown\n\nPhone 1'],
    ['single spaces', '<p>\n  a\t \u00a0 b\n</p>', 'a b'],
    [
      'headings on one line',
      '<h2><span>Opening<br>hours</span> <a href="#o">#</a></h2><p>x</p>',
      '## Opening hours\n\nx',
    ],
    ['the sign in C#', '<h2>C#</h2><p>x</p>', '## C#\n\nx'],
    ['text without paragraphs', 'a<div>b<span>c</span></div>d', 'a\n\nbc\n\nd'],
    ['quotations', '<blockquote><p>a</p><p>b</p></blockquote>', '> a\n>\n> b'],
    ['numbered lists from their start', '<ol start="3"><li>c</li><li>d</li></ol>', '3. c\n4. d'],
    ['lists nested beside their item', '<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>', '- a\n  - b\n- c'],
    ['paragraphs in items', '<ul><li><p>a</p><p>b</p></li><li>c</li></ul>', '- a\n\n  b\n- c'],
    [
      'terms with their meaning',
      '<dl><dt>API</dt><dd>An interface</dd><dt>SDK</dt><dd>A kit</dd></dl>',
      '- API\n\n  An interface\n- SDK\n\n  A kit',
    ],
    ['code with its white space', '<pre>  a\n\n\tb  \n</pre>', '```\n  a\n\n\tb\n```'],
    ['the language of code', '<div class="highlight-source-js"><pre>x</pre></div>', '```js\nx\n```'],
    ['fences in code', '<pre><code class="lang-md">```\nx\n```</code></pre>', '````md\n```\nx\n```\n````'],
    [
      'code without line numbers',
      '<pre><span class="lineno">1</span>a\n<span class="lineno">2</span>b</pre>',
      '```\na\nb\n```',
    ],
    ['code of one line per element', '<pre><code><div>a</div><div>b</div></code></pre>', '```\na\nb\n```'],
    ['the words under ruby', '<p><ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby></p>', '漢字'],
  ])('keeps %s', (_what, html, expected) => {
    expect(markdownOf(html)).toBe(expected);
  });

  it.each([
    [
      'a header in its own section',
      '<table><thead><tr><th>A</th><th>B</th></tr></thead><tr><td>1</td><td>2</td></tr></table>',
      '| A | B |\n| --- | --- |\n| 1 | 2 |',
    ],
    [
      'a bold first row',
      '<table><tr><td><b>A</b></td><td><b>B</b></td></tr><tr><td>1</td><td>2</td></tr></table>',
      '| A | B |\n| --- | --- |\n| 1 | 2 |',
    ],
    [
      'no header',
      '<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>',
      '|  |  |\n| --- | --- |\n| a | 1 |\n| b | 2 |',
    ],
    [
      'an empty corner',
      '<table><tr><td></td><td>x</td><td>y</td></tr><tr><td>a</td><td>1</td><td>2</td></tr></table>',
      '|  | x | y |\n| --- | --- | --- |\n| a | 1 | 2 |',
    ],
    [
      'names down the side',
      '<table><tr><th>Born</th><td>1961</td></tr><tr><th>Club</th><td>Ferrara</td></tr></table>',
      '|  |  |\n| --- | --- |\n| Born | 1961 |\n| Club | Ferrara |',
    ],
    [
      'spans over rows',
      '<table><tr><th>Y</th><th>N</th></tr><tr><td rowspan="2">1999</td><td>a</td></tr><tr><td>b</td></tr></table>',
      '| Y | N |\n| --- | --- |\n| 1999 | a |\n| 1999 | b |',
    ],
    [
      'spans over columns',
      '<table><tr><th rowspan="2">Y</th><th colspan="2">Sold</th></tr><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td><td>3</td></tr><tr><td colspan="3">Note</td></tr></table>',
      '| Y | Sold A | Sold B |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n| Note |  |  |',
    ],
    [
      'bars and breaks in cells',
      '<table><tr><th>A</th><th>B</th></tr><tr><td>x|y</td><td>1<br>2</td></tr></table>',
      '| A | B |\n| --- | --- |\n| x\\|y | 1 2 |',
    ],
    [
      'spans that claim too much',
      '<table><tr><th colspan="9999">A</th></tr><tr><td rowspan="65534">1</td><td>2</td></tr></table>',
      '|  |  |\n| --- | --- |\n| A |  |\n| 1 | 2 |',
    ],
  ])('reads a table with %s', (_what, html, expected) => {
    expect(markdownOf(html)).toBe(expected);
  });

  it.each([
    [
      'a table within it',
      '<table><tr><td>menu</td><td><table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table></td></tr></table>',
      'menu\n\n| A | B |\n| --- | --- |\n| 1 | 2 |',
    ],
    ['one column', '<table><tr><td>a</td></tr><tr><td>b</td></tr></table>', 'a\n\nb'],
    ['headings', '<table><tr><td><h2>A</h2>x</td><td>y</td></tr></table>', '## A\n\nx\n\ny'],
    ['the role of decoration', '<table role="presentation"><tr><td>a</td><td>b</td></tr></table>', 'a\n\nb'],
  ])('takes a table with %s for layout', (_what, html, expected) => {
    expect(markdownOf(html)).toBe(expected);
  });

  it('does not let indentation outgrow the text', () => {
    const markdown = markdownOf('<ul><li>a'.repeat(100));

    expect(Math.max(...markdown.split('\n').map(({ length }) => length))).toBeLessThan(30);
  });
});
