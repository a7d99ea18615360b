import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PageEmpty, PageLoginWall, PageNotHtml, PageTooComplex } from '../../page.errors.js';
import type { ExtractedPage } from '../../ports/page-extractor.port.js';
import { extractPage } from './extract-page.js';

const url = 'https://shop.example/help/returns?from=mail';
const prose =
  'The library is open from Monday to Friday, from nine to five, and it stays closed on public holidays. ' +
  'Books can be borrowed for two weeks, and the loan can be extended by telephone, twice at most.';

function extract(html: string, contentType = 'text/html; charset=utf-8', from = url): ExtractedPage {
  return extractPage({ body: Buffer.from(html), contentType, url: from });
}

const page = (body: string): string =>
  `<html lang="en"><head><title>Library</title></head><body>${body}</body></html>`;

describe('extractPage', () => {
  describe('on a whole page', () => {
    const html = readFileSync(
      new URL('../../../../../test/fixtures/pages/handbook.html', import.meta.url),
      'utf8',
    );

    it('tells what the page says about itself', () => {
      const { title, canonicalUrl, language, direction } = extract(html);

      expect({ title, canonicalUrl, language, direction }).toEqual({
        title: 'Returns and refunds',
        canonicalUrl: 'https://shop.example/help/returns',
        language: 'en',
        direction: 'ltr',
      });
    });

    it('keeps headings, tables, lists and code as Markdown, and text as it stands', () => {
      const { markdown } = extract(html);

      expect(markdown).toContain('## What it costs');
      expect(markdown).toContain(
        'Postage from abroad\n\n| Weight | Europe | World |\n| --- | --- | --- |\n| up to 1 kg | 8.90 | 14.50 |',
      );
      expect(markdown).toContain(
        '1. Print the label.\n2. Pack the book:\n   - in paper,\n   - in a box.\n3. Hand it in',
      );
      expect(markdown).toContain('```bash\ncurl -X POST /returns \\\n  -d \'{"order": 42}\'\n```');
      expect(markdown).toContain('as they know it: [1], *as is*, some_name.');
      expect(markdown).toContain('See how to reach us.');
    });

    it('leaves out navigation, footers, scripts and what no reader sees', () => {
      const { markdown } = extract(html);

      expect(markdown).not.toMatch(
        /Fiction|Imprint|script text|advert|0 EUR|previous instructions|confidential/,
      );
    });
  });

  it.each([
    ['display:none', '<p style="display:none">TRAP</p>'],
    ['display: none !important', '<p style="color:red; DISPLAY : none !important">TRAP</p>'],
    ['the hidden attribute', '<div hidden><p>TRAP</p></div>'],
    ['aria-hidden', '<p aria-hidden="true">TRAP</p>'],
    ['visibility', '<p style="visibility:hidden">TRAP</p>'],
    ['no size', '<p>Open <span style="font-size:0">TRAP</span></p>'],
    ['one pixel', '<p style="font-size: 1px">TRAP</p>'],
    ['no opacity', '<p style="opacity:0">TRAP</p>'],
    ['a place off the screen', '<p style="position:absolute;left:-9999px">TRAP</p>'],
    ['a box of one pixel', '<div style="width:1px;height:1px;overflow:hidden">TRAP</div>'],
    ['white on white', '<p style="color:#fff;background-color:#fff">TRAP</p>'],
    ['a class for screen readers', '<p class="sr-only">TRAP</p>'],
    ['a rule of the page', '<style>.x{display:none}</style><p class="note x">TRAP</p>'],
    ['a comment', '<!-- TRAP -->'],
    ['noscript', '<noscript>TRAP</noscript>'],
    ['a template', '<template><p>TRAP</p></template>'],
    ['a script', '<script type="application/ld+json">{"text": "TRAP"}</script>'],
    ['a frame', '<iframe srcdoc="TRAP">TRAP</iframe>'],
    ['an attribute', '<p title="TRAP"><img alt="TRAP" src="data:,TRAP"></p>'],
    ['a form control', '<textarea>TRAP</textarea><select><option>TRAP</option></select>'],
    [
      'Unicode tags',
      `<p>${'TRAP'.replace(/./g, (sign) => String.fromCodePoint(0xe0000 + sign.charCodeAt(0)))}</p>`,
    ],
  ])('never indexes text hidden by %s', (_how, html) => {
    const { markdown } = extract(page(`<article><p>${prose}</p>${html}<p>${prose}</p></article>`));

    expect(markdown).toContain('open from Monday');
    expect(markdown).not.toMatch(/TRAP|[\u{e0000}-\u{e007f}]/u);
  });

  it('keeps what is hidden on some screens only', () => {
    const { markdown } = extract(
      page(`<article><p>${prose}</p><div class="hidden md:block"><p>Seen on desks.</p></div></article>`),
    );

    expect(markdown).toContain('Seen on desks.');
  });

  it('leaves no NUL, control character, lone surrogate or decomposed letter', () => {
    const { markdown, title } = extract(
      '<title>A\u0000b\u0007</title><p>x\u0000y \u001b[31m cafe\u0301 &#xd800; &#0; soft\u00adhyphen</p>',
    );

    expect(title).toBe('Ab');
    expect(markdown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad]/);
    expect(markdown.isWellFormed()).toBe(true);
    expect(markdown).toContain('café');
    expect(markdown).toContain('softhyphen');
  });

  it.each([
    ['https://other.example/help', undefined],
    ['javascript:alert(1)', undefined],
    ['https://user:pass@shop.example/x', undefined],
    ['http://[', undefined],
    ['/help/returns#top', 'https://shop.example/help/returns'],
  ])('reads the canonical address %s as %s', (href, expected) => {
    const { canonicalUrl } = extract(`<link rel="canonical" href="${href}"><p>${prose}</p>`);

    expect(canonicalUrl).toBe(expected);
  });

  it.each([
    ['<title>Opening hours | Town Library</title>', 'Opening hours | Town Library'],
    ['<title>All the opening hours | Town Library</title>', 'All the opening hours'],
    [
      '<title>Opening hours - Town Library</title><meta property="og:site_name" content="Town Library">',
      'Opening hours',
    ],
    ['<title>Opening hours - Town Library</title><h1>Opening hours</h1>', 'Opening hours'],
    ['<title>Town Library</title><meta property="og:title" content="Opening hours">', 'Opening hours'],
    ['<h1>Opening hours</h1>', 'Opening hours'],
    ['', 'returns'],
  ])('takes the title from %j', (head, expected) => {
    const { title } = extract(`${head}<p>${prose}</p>`);

    expect(title).toBe(expected);
  });

  it.each([
    [prose, 'en', 'ltr'],
    ['Die Bücherei ist von Montag bis Freitag geöffnet, an Feiertagen bleibt sie geschlossen.', 'de', 'ltr'],
    [
      '図書館は月曜日から金曜日まで、午前九時から午後五時まで開いています。祝日は休館です。本の貸し出しは二週間までです。',
      'ja',
      'ltr',
    ],
    [
      'المكتبة مفتوحة من الاثنين إلى الجمعة من التاسعة إلى الخامسة وهي مغلقة في أيام العطل الرسمية',
      'ar',
      'rtl',
    ],
  ])('detects the language of %s', (text, language, direction) => {
    expect(extract(`<p>${text}</p>`)).toMatchObject({ language, direction });
  });

  it('falls back to the whole page where there is no article', () => {
    const { markdown } = extract(
      page('<div><span>Monday</span> 9 to 17</div><div><span>Sunday</span> closed</div>'),
    );

    expect(markdown).toBe('Monday 9 to 17\n\nSunday closed');
  });

  it.each([
    ['<p>one<p>two<div>three', 'one\n\ntwo\n\nthree'],
    ['no markup at all', 'no markup at all'],
    ['<html><body><p>inside</p></body></html><p>behind</p>', 'inside\n\nbehind'],
    ['<table><tr><td>a<td>b<tr><td>c<td>d</table>', '|  |  |\n| --- | --- |\n| a | b |\n| c | d |'],
    ['<b><p>crossed</b> tags</p></i>', 'tags'],
    ['<p>never closed <a href="x', 'never closed'],
  ])('copes with %j', (html, expected) => {
    expect(extract(html).markdown).toContain(expected);
  });

  it('survives a hundred thousand nested elements', () => {
    const html = `${'<div>'.repeat(100_000)}${prose}${'</div>'.repeat(100_000)}`;

    expect(extract(html).markdown).toContain('open from Monday');
  }, 60_000);

  it('refuses markup that would not fit into memory', () => {
    const html = '<b>a</b>'.repeat(400_000);

    expect(() => extract(html)).toThrow(PageTooComplex);
  });

  it('reads ten megabytes on one line', () => {
    const html = `<p>${`${prose} `.repeat(50_000)}</p>`;

    expect(extract(html).markdown.length).toBeGreaterThan(9_000_000);
  }, 60_000);

  it.each([
    [
      'the shell of an application',
      page(
        '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script src="/app.js"></script>',
      ),
      true,
    ],
    [
      'an application that shows it is loading',
      page('<div id="app"></div><p>Loading ...</p><noscript>Please enable JavaScript</noscript>'),
      true,
    ],
    ['scripts without text', page('<script>render()</script>'), true],
    ['nothing', page(''), false],
    ['pictures', page('<img src="a.png" alt="A">'), false],
    ['no bytes', '', false],
  ])('says why %s has no text', (_what, html, needsBrowser) => {
    const code = needsBrowser ? 'datasources.page_needs_browser' : 'datasources.page_empty';
    expect(() => extract(html)).toThrow(expect.objectContaining({ code }));
  });

  it('does not miss a browser where one has shown the page', () => {
    const body = '<noscript>Please enable JavaScript.</noscript><div id="root"><p>Closed today.</p></div>';

    const { markdown } = extractPage({
      ...{ body: Buffer.from(page(body)), contentType: 'text/html', url },
      isRendered: true,
    });

    expect(markdown).toBe('Closed today.');
  });

  it('recognises a page that is nothing but a login form', () => {
    const html = page(
      '<h1>Log in</h1><form><label>Password <input type="password"></label><button>Go</button></form>',
    );

    expect(() => extract(html)).toThrow(PageLoginWall);
  });

  describe('on other content', () => {
    it('takes Markdown as it is, with its first heading for a title', () => {
      const source =
        '\ufeff# Opening _hours_ #\r\n\r\n| a | b |\r\n| - | - |\r\n\r\n<b>9</b> to 17\u0000  \r\n';

      const { title, markdown } = extract(source, 'text/markdown', 'https://docs.example/hours.md');

      expect(title).toBe('Opening _hours_');
      expect(markdown).toBe('# Opening _hours_ #\n\n| a | b |\n| - | - |\n\n<b>9</b> to 17');
    });

    it('takes plain text as it is, with the file name for a title', () => {
      const { title, markdown, language } = extract(
        prose,
        'text/plain',
        'https://docs.example/opening%20hours.txt',
      );

      expect({ title, markdown, language }).toEqual({
        title: 'opening hours.txt',
        markdown: prose,
        language: 'en',
      });
    });

    it('goes by name and content where the server does not say what it sends', () => {
      expect(extract('# Hours', 'application/octet-stream', 'https://docs.example/a.md').title).toBe('Hours');
      expect(extract('<!doctype html><p>Nine to five', '').markdown).toBe('Nine to five');
      expect(extract('Nine to five', '').markdown).toBe('Nine to five');
    });

    it.each([
      ['application/json', '{"a": 1}'],
      ['application/pdf', '%PDF-1.7 text'],
      ['text/html', '%PDF-1.7 text'],
      ['image/png', '\u0089PNG'],
      ['text/html', `<p>${'\u0001\u0002\u0003\u0000'.repeat(500)}`],
      ['application/octet-stream', 'whatever this is'],
    ])('refuses %s that starts with %j', (contentType, content) => {
      expect(() => extract(content, contentType)).toThrow(PageNotHtml);
    });

    it('calls a blank text empty', () => {
      expect(() => extract(' \n\t\n', 'text/plain')).toThrow(PageEmpty);
    });
  });
});
