import { describe, expect, it } from '@jest/globals';
import { RobotsRules } from './robots-rules.js';

const rules = (...lines: readonly string[]): RobotsRules =>
  new RobotsRules('https://docs.test', lines.join('\n'));

describe('RobotsRules', () => {
  it('allows everything where nothing is said', () => {
    expect(rules().allows('https://docs.test/any')).toBe(true);
    expect(rules().delayMs).toBe(0);
  });

  it('follows the rules for everybody', () => {
    const robots = rules('User-agent: *', 'Disallow: /private', 'Allow: /private/but-this');

    expect(robots.allows('https://docs.test/private/a')).toBe(false);
    expect(robots.allows('https://docs.test/private/but-this')).toBe(true);
    expect(robots.allows('https://docs.test/public')).toBe(true);
  });

  it('follows the rules under its own name instead of those for everybody', () => {
    const robots = rules('User-agent: *', 'Disallow: /', '', 'User-agent: colloquy', 'Disallow: /drafts');

    expect(robots.allows('https://docs.test/a')).toBe(true);
    expect(robots.allows('https://docs.test/drafts/a')).toBe(false);
  });

  it('leaves the rules of other robots to them', () => {
    expect(rules('User-agent: OtherBot', 'Disallow: /').allows('https://docs.test/a')).toBe(true);
  });

  it('understands wildcards and ends', () => {
    const robots = rules('User-agent: *', 'Disallow: /*.pdf$', 'Disallow: /*/print');

    expect(robots.allows('https://docs.test/a/b.pdf')).toBe(false);
    expect(robots.allows('https://docs.test/a/b.pdf?x=1')).toBe(true);
    expect(robots.allows('https://docs.test/a/print/1')).toBe(false);
  });

  it('keeps to the pause that is asked for, up to a minute', () => {
    expect(rules('User-agent: *', 'Crawl-delay: 1.5').delayMs).toBe(1_500);
    expect(rules('User-agent: *', 'Crawl-delay: 86400').delayMs).toBe(60_000);
    expect(rules('User-agent: *', 'Crawl-delay: soon').delayMs).toBe(0);
    expect(rules('User-agent: *', 'Crawl-delay: -5').delayMs).toBe(0);
  });

  it('names sitemaps, fifty at most', () => {
    const many = Array.from({ length: 80 }, (_, index) => `Sitemap: https://docs.test/${String(index)}.xml`);

    expect(rules('Sitemap: https://docs.test/map.xml').sitemaps).toEqual(['https://docs.test/map.xml']);
    expect(rules(...many).sitemaps).toHaveLength(50);
  });

  it('reads the file of another kind of server as no rules', () => {
    expect(
      rules('<!doctype html>', '<html><body>Not found</body></html>').allows('https://docs.test/a'),
    ).toBe(true);
  });

  it('passes over lines that cost more than they can say', () => {
    const long = `Disallow: /${'*a'.repeat(100_000)}`;
    const many = Array.from({ length: 5_000 }, () => `Disallow: /${'*a'.repeat(40)}`);
    const robots = rules('User-agent: *', 'Disallow: /private', long, ...many);

    expect(robots.allows(`https://docs.test/${'a'.repeat(1_900)}`)).toBe(false);
    expect(robots.allows('https://docs.test/bbbb')).toBe(true);
    expect(robots.allows('https://docs.test/private')).toBe(false);
  });
});
