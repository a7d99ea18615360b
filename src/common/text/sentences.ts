const FENCED_CODE = /^ {0,3}(`{3,}|~{3,})[^\n]*\n([\s\S]*?)(?:^ {0,3}\1[^\n]*$|(?![\s\S]))/gm;
const HEADING = /^ {0,3}#{1,6}(?:[ \t]|$)/;
const TABLE_ROW = /^ {0,3}\|/;
const TABLE_RULE = /^[\s|:-]+$/;
const BLOCK_MARKS = /^[ \t]*(?:>[ \t]?)*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:\[[ xX]\][ \t]+)?/;
const LIST_ITEM = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+/;
const RULE = /^ {0,3}(?:[-*_][ \t]*){3,}$/;
const EMPHASIS = /\*\*(?=\S)(.{1,300}?)(?<=\S)\*\*/g;
const LINK = /!?\[([^[\]\n]{0,500})\]\((?:[^()\s]|\([^()\s]{0,500}\)){1,2000}(?:\s{1,5}"[^"\n]{0,500}")?\)/g;
/** A full stop after one of these seldom ends a sentence. */
const ABBREVIATION =
  /(?:^|[\s("'“‘[])(?:\p{Lu}|\p{L}\.\p{L}|(?:\p{L}\.){2,}\p{L}|Mr|Mrs|Ms|Dr|Prof|Gen|Gov|Sen|Rep|Lt|Col|Capt|Sgt|Rev|Hon|St|Mt|Jr|Sr|vs|No|Nos|Nr|Vol|Fig|pp|Inc|Ltd|Co|Corp|Bros|Dept|Est|approx|ca|cf|al|etc|bzw|usw|evtl|Art|Abs|Mme|Mlle)\.$/u;
const ABBREVIATION_CHARS = 16;
const STARTS_LOWER = /^["'“‘([]?\p{Ll}/u;

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/** A text on one line, without the marks of emphasis and with links as their text. */
export function plainText(markdown: string): string {
  return markdown.replace(LINK, '$1').replace(EMPHASIS, '$1').replace(/\s+/gu, ' ').trim();
}

/**
 * The sentences of a Markdown text, each as plain text on one line, to be quoted as they stand.
 *
 * List items and table rows stand for themselves, code blocks are one each; headings are left out unless there is
 * nothing else.
 */
export function splitSentences(markdown: string): string[] {
  return splitParagraphs(markdown).flat();
}

/** The sentences of a Markdown text as `splitSentences` gives them, in lists of those that stand together. */
export function splitParagraphs(markdown: string): string[][] {
  const { blocks, headings } = blocksOf(markdown);
  return blocks.length > 0 ? blocks.map(sentencesOf) : headings.map((heading) => [heading]);
}

interface Block {
  readonly isProse: boolean;
  readonly text: string;
}

function blocksOf(markdown: string): { blocks: Block[]; headings: string[] } {
  const blocks: Block[] = [];
  const headings: string[] = [];
  let end = 0;
  for (const code of markdown.matchAll(FENCED_CODE)) {
    readLines(markdown.slice(end, code.index), blocks, headings);
    const text = (code[2] ?? '').replace(/\s+/gu, ' ').trim();
    if (text) blocks.push({ isProse: false, text });
    end = code.index + code[0].length;
  }
  readLines(markdown.slice(end), blocks, headings);
  return { blocks, headings };
}

function readLines(markdown: string, blocks: Block[], headings: string[]): void {
  let paragraph: string[] = [];
  const close = (): void => {
    const text = plainText(paragraph.join(' '));
    if (text) blocks.push({ isProse: true, text });
    paragraph = [];
  };
  for (const line of markdown.split('\n')) {
    const isRow = TABLE_ROW.test(line);
    const isHeading = HEADING.test(line);
    if (isRow || isHeading || line.trim() === '' || RULE.test(line) || LIST_ITEM.test(line)) close();
    if (isRow) pushRow(line, blocks);
    else if (isHeading) headings.push(plainText(line.replace(/^[\s#]+|[\s#]+$/g, '')));
    else if (!RULE.test(line)) paragraph.push(line.replace(BLOCK_MARKS, ''));
  }
  close();
}

function pushRow(line: string, blocks: Block[]): void {
  if (TABLE_RULE.test(line)) return;
  const text = plainText(line.trim().replace(/^\||\|$/g, ''));
  if (text) blocks.push({ isProse: false, text });
}

function sentencesOf({ isProse, text }: Block): string[] {
  if (!isProse) return [text];
  const joined: string[] = [];
  for (const { segment } of sentences.segment(text)) {
    const before = joined.at(-1);
    if (
      before !== undefined &&
      (ABBREVIATION.test(before.slice(-ABBREVIATION_CHARS).trimEnd()) || STARTS_LOWER.test(segment))
    ) {
      joined[joined.length - 1] = before + segment;
    } else joined.push(segment);
  }
  return joined.map((sentence) => sentence.trim()).filter(Boolean);
}
