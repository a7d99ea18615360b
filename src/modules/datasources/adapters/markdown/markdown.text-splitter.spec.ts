import { describe, expect, it } from '@jest/globals';
import { DocumentTooLong } from '../../page.errors.js';
import type { TextChunk } from '../../ports/text-splitter.port.js';
import { MarkdownTextSplitter } from './markdown.text-splitter.js';

const splitter = new MarkdownTextSplitter(50_000);
const textsOf = (chunks: readonly TextChunk[]): string[] => chunks.map(({ text }) => text);
const sentence = (topic: number): string =>
  `Sentence about topic ${topic}, which says something of its own. `;
const paragraph = (topic: number, sentences: number): string =>
  Array.from({ length: sentences }, (_, index) => sentence(topic * 100 + index))
    .join('')
    .trim();
const rows = (count: number): string =>
  Array.from({ length: count }, (_, index) => `| ${index} | value number ${index} |`).join('\n');

/** One of everything, and of everything too much. */
const everything = [
  paragraph(1, 2),
  '# Guide',
  paragraph(2, 14),
  '## Steps',
  '1. first\n2. second\n\n   more of the second\n3. third',
  '- a\n- b',
  paragraph(3, 60),
  'Setext\n======',
  '```js\nconst a = 1;\n\n# not a heading\n```',
  `~~~\n${'let line = 0;\n'.repeat(400)}~~~`,
  '### Numbers',
  `| id | value |\n| --- | --- |\n${rows(200)}`,
  '> quoted\n> words',
  Array.from({ length: 200 }, (_, index) => `- item ${index} of a long list`).join('\n'),
  'x'.repeat(7_000),
  '😀'.repeat(3_000),
  'これは日本語の長い文章です。'.repeat(200),
  '#### Last heading, without text',
].join('\n\n');

describe('MarkdownTextSplitter', () => {
  it('gives each chunk as the slice at its offsets, and leaves nothing but white space out', async () => {
    const chunks = await splitter.split(everything);

    const between = chunks.map(({ startOffset }, index) =>
      everything.slice(chunks[index - 1]?.endOffset ?? 0, startOffset),
    );
    expect(chunks.map(({ startOffset, endOffset }) => everything.slice(startOffset, endOffset))).toEqual(
      textsOf(chunks),
    );
    expect(between.join('').trim()).toBe('');
    expect(everything.slice(chunks.at(-1)?.endOffset).trim()).toBe('');
    expect(chunks.map(({ position }) => position)).toEqual(chunks.map((_, index) => index));
  });

  it('keeps every chunk within 2,000 characters and never cuts a character in two', async () => {
    const chunks = await splitter.split(everything);

    expect(Math.max(...chunks.map(({ text }) => text.length))).toBeLessThanOrEqual(2_000);
    expect(chunks.every(({ text }) => text.isWellFormed() && text.trim() !== '')).toBe(true);
  });

  it('keeps a page of one paragraph in one chunk', async () => {
    const markdown = `# Title\n\n${paragraph(1, 20)}`;

    const chunks = await splitter.split(markdown);

    expect(textsOf(chunks)).toEqual([markdown]);
  });

  it('gives paragraphs of a hundred words a chunk each, and brings shorter ones together', async () => {
    const long = [paragraph(1, 12), paragraph(2, 12)];
    const short = [paragraph(3, 3), paragraph(4, 3)];

    const chunks = await splitter.split([...long, ...short].join('\n\n'));

    expect(textsOf(chunks)).toEqual([...long, short.join('\n\n')]);
  });

  it('knows the headings above each chunk', async () => {
    const chunks = await splitter.split(
      'intro\n\n# A\n\n## B ##\n\none\n\n### C\n\ntwo\n\n## D\n\nthree\n\n# E\n\nfour',
    );

    expect(chunks.map(({ headingPath, text }) => [headingPath, text])).toEqual([
      [[], 'intro'],
      [['A', 'B'], '# A\n\n## B ##\n\none'],
      [['A', 'B', 'C'], '### C\n\ntwo'],
      [['A', 'D'], '## D\n\nthree'],
      [['E'], '# E\n\nfour'],
    ]);
  });

  it('cuts long tables between rows and names the columns in the context', async () => {
    const markdown = `| id | value |\n| --- | --- |\n${rows(200)}`;

    const chunks = await splitter.split(markdown);

    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks[0]?.context).toBeUndefined();
    expect(chunks.slice(1).every(({ context }) => context === '| id | value |\n| --- | --- |')).toBe(true);
    expect(textsOf(chunks).join('\n')).toBe(markdown);
  });

  it('keeps code and lists whole where they fit', async () => {
    const code = `\`\`\`sh\n${'echo one two three\n\n'.repeat(40)}\`\`\``;
    const list = Array.from({ length: 40 }, (_, index) => `- item ${index} of the list`).join('\n');

    const chunks = await splitter.split(`${code}\n\n${list}`);

    expect(textsOf(chunks)).toEqual([code, list]);
  });

  it('cuts long paragraphs between sentences, also when their lines are wrapped', async () => {
    const wrapped = paragraph(1, 60).replaceAll(', which', ',\nwhich');

    const chunks = await splitter.split(wrapped);

    expect(chunks.length).toBeGreaterThan(2);
    expect(textsOf(chunks).every((text) => text.endsWith('of its own.'))).toBe(true);
  });

  it('says the same every time', async () => {
    const once = await splitter.split(everything);
    const again = await splitter.split(everything);

    expect(again).toEqual(once);
  });

  it.each([
    ['long paragraphs', 12],
    ['short paragraphs', 2],
    ['middling paragraphs', 6],
  ])('keeps most chunks of %s when one paragraph is added in front', async (_what, sentences) => {
    const before = Array.from({ length: 100 }, (_, topic) => paragraph(topic, sentences));
    const after = ['A new paragraph that was not there before.', ...before];

    const old = new Set(textsOf(await splitter.split(before.join('\n\n'))));
    const fresh = textsOf(await splitter.split(after.join('\n\n'))).filter((text) => !old.has(text));

    expect(fresh.length).toBeLessThanOrEqual(old.size * 0.2);
  });

  it('touches only the chunks of the paragraph that was edited', async () => {
    const before = Array.from({ length: 50 }, (_, topic) => paragraph(topic, 12));
    const after = before.with(20, paragraph(999, 13));

    const old = new Set(textsOf(await splitter.split(before.join('\n\n'))));
    const fresh = textsOf(await splitter.split(after.join('\n\n'))).filter((text) => !old.has(text));

    expect(fresh).toEqual([paragraph(999, 13)]);
  });

  it.each([
    ['sentences', `${sentence(1).trim()} `.repeat(160_000)],
    ['words', 'word '.repeat(2_000_000)],
    ['one word', 'x'.repeat(10_000_000)],
  ])('splits ten megabytes of %s on one line', async (_what, markdown) => {
    const chunks = await splitter.split(markdown);

    expect(chunks.reduce((sum, { text }) => sum + text.length, 0)).toBeGreaterThan(9_000_000);
  });

  it('lets other work run while it splits', async () => {
    let turns = 0;
    // Turns of the event loop, which are no matter of time as those of a timer are.
    let next = setImmediate(function turn() {
      turns += 1;
      next = setImmediate(turn);
    });

    await splitter.split('word '.repeat(2_000_000));
    clearImmediate(next);

    expect(turns).toBeGreaterThan(5);
  });

  it('refuses documents that would have too many chunks', async () => {
    const small = new MarkdownTextSplitter(3);

    await expect(small.split(everything)).rejects.toThrow(DocumentTooLong);
  });

  it.each(['', '  \n\n\t\n'])('finds nothing in %j', async (markdown) => {
    expect(await splitter.split(markdown)).toEqual([]);
  });
});
