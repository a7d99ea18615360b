import { describe, expect, it } from '@jest/globals';
import { SiteScope } from './site-scope.js';
import { SITE_DEFAULTS, type SiteSettings } from './site.types.js';

const scopeOf = (startUrls: readonly string[], more: Partial<SiteSettings> = {}): SiteScope =>
  new SiteScope({ ...SITE_DEFAULTS, startUrls, ...more });

describe('SiteScope', () => {
  it.each([
    ['the start page', 'https://docs.test/guide/'],
    ['what is in its folder', 'https://docs.test/guide/install/linux?v=2'],
    ['the same over http', 'http://docs.test/guide/a'],
    ['the same with www', 'https://www.docs.test/guide/a'],
  ])('holds %s', (_what, url) => {
    expect(scopeOf(['https://docs.test/guide/']).judge(url)).toBe('within');
  });

  it.each([
    ['another folder', 'https://docs.test/blog/'],
    ['a folder whose name begins alike', 'https://docs.test/guidelines/'],
    ['another host', 'https://other.test/guide/'],
    ['a host within the host', 'https://api.docs.test/guide/'],
    ['a host that ends alike', 'https://evildocs.test/guide/'],
    ['another port', 'https://docs.test:8443/guide/'],
    ['the host as a user name', 'https://docs.test@evil.test/guide/'],
  ])('does not hold %s', (_what, url) => {
    expect(scopeOf(['https://docs.test/guide/']).judge(url)).toBe('foreign');
  });

  it('takes the folder that a start page is in, not its name', () => {
    const scope = scopeOf(['https://docs.test/guide/start.html']);

    expect(scope.judge('https://docs.test/guide/next.html')).toBe('within');
    expect(scopeOf(['https://docs.test/guide']).judge('https://docs.test/blog')).toBe('within');
  });

  it('joins the folders of all start pages', () => {
    const scope = scopeOf(['https://docs.test/guide/', 'https://help.test/']);

    expect(scope.judge('https://help.test/any')).toBe('within');
    expect(scope.judge('https://docs.test/any')).toBe('foreign');
  });

  it('leaves out by patterns of path and query, exclusion first', () => {
    const scope = scopeOf(['https://docs.test/'], { include: ['/docs/**', '/'], exclude: ['**/draft-*'] });

    expect(scope.judge('https://docs.test/docs/a/b')).toBe('within');
    expect(scope.judge('https://docs.test/')).toBe('within');
    expect(scope.judge('https://docs.test/blog/a')).toBe('datasources.page_excluded');
    expect(scope.judge('https://docs.test/docs/draft-1')).toBe('datasources.page_excluded');
  });

  it('knows its hosts in whatever folder', () => {
    const scope = scopeOf(['https://docs.test/guide/']);

    expect(scope.hasHost('https://www.docs.test/sitemap.xml')).toBe(true);
    expect(scope.hasHost('https://docs.test.evil.test/sitemap.xml')).toBe(false);
  });
});
