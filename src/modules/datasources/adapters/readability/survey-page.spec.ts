import { describe, expect, it } from '@jest/globals';
import { PageNeedsBrowser, PageNotHtml } from '../../page.errors.js';
import { MAX_LINKS } from './read-links.js';
import { surveyPage, type SurveyedPage } from './survey-page.js';

const survey = (html: string, contentType = 'text/html'): SurveyedPage =>
  surveyPage({ body: Buffer.from(html), contentType, url: 'https://docs.test/guide/a' });

describe('surveyPage', () => {
  it('reads links where they stand, each once', () => {
    const { links } = survey(`<body><nav><a href="/">Home</a></nav><p><a href="b?x=1#part">B</a>
      <a href="b?x=1#other">B again</a> <a href="https://other.test/c">C</a></p></body>`);

    expect(links).toEqual(['https://docs.test/', 'https://docs.test/guide/b?x=1', 'https://other.test/c']);
  });

  it('passes over what is no page, and links that are not to be followed', () => {
    const { links } =
      survey(`<a href="mailto:a@b.test">a</a><a href="javascript:alert(1)">b</a><a>c</a><a href="">d</a>
      <a rel="external nofollow" href="/e">e</a><a href="http://[broken">f</a><a href="data:text/html,x">g</a>`);

    expect(links).toEqual(['https://docs.test/guide/a']);
  });

  it('heeds the base of the page, its next page and its redirection', () => {
    const { links } = survey(`<head><base href="/other/"><link rel="next" href="p2">
      <meta http-equiv="refresh" content="0; url='moved'"></head><body><a href="x">x</a></body>`);

    expect(links).toEqual([
      'https://docs.test/other/moved',
      'https://docs.test/other/p2',
      'https://docs.test/other/x',
    ]);
  });

  it('does not read on after the links that one page may have', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `<a href="/p${String(index)}">p</a>`).join('');

    expect(survey(many).links).toHaveLength(MAX_LINKS);
  });

  it('tells what the page asks of robots', () => {
    expect(
      survey('<meta name="Robots" content="NOINDEX"><meta name="colloquy" content="nofollow"><p>a')
        .directives,
    ).toBe('NOINDEX,nofollow');
    expect(survey('<meta name="googlebot" content="noindex"><p>a').directives).toBe('');
  });

  it('reads the content of the same page', () => {
    expect(
      survey('<title>Lamps</title><main><p>The lamp has a warranty.</p></main>').read().markdown,
    ).toContain('The lamp has a warranty.');
  });

  it('knows the links of a page without any text of its own', () => {
    const page = survey('<script src="app.js"></script><div id="root"></div><a href="/b"></a>');

    expect(page.links).toEqual(['https://docs.test/b']);
    expect(() => page.read()).toThrow(PageNeedsBrowser);
  });

  it('finds no links in plain text', () => {
    expect(survey('See https://docs.test/b', 'text/plain').links).toEqual([]);
  });

  it('refuses what is not a page', () => {
    expect(() => survey('%PDF-1.7', 'application/pdf')).toThrow(PageNotHtml);
  });
});
