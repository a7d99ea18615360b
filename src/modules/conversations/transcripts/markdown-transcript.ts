import { inlineMarkdown, linkedMarkdown, quotedMarkdown } from './markdown-text.js';
import { clockOf, endingOf, factsOf, NOTE, notesOf, speakerOf, titleOf } from './transcript-texts.js';
import type {
  TranscriptHead,
  TranscriptMessage,
  TranscriptNote,
  TranscriptWish,
  TranscriptWriter,
} from './transcript.types.js';

/** A conversation as Markdown in which whatever anybody said is text, and no markup. */
export class MarkdownTranscript implements TranscriptWriter {
  readonly mediaType = 'text/markdown; charset=utf-8';
  readonly extension = 'md';
  readonly notesStand = 'between';
  readonly #timeZone: string;
  readonly #clock: (moment: Date) => string;
  #botName = '';

  constructor({ timeZone }: TranscriptWish) {
    this.#timeZone = timeZone;
    this.#clock = clockOf(timeZone);
  }

  head(head: TranscriptHead): string {
    this.#botName = head.botName;
    const facts = factsOf(head, this.#clock, this.#timeZone);
    const list = facts.map((fact) => `- ${inlineMarkdown(fact)}`).join('\n');
    return `# ${inlineMarkdown(titleOf(head))}\n\n${list}\n`;
  }

  message(message: TranscriptMessage): string {
    const { content, citations, createdAt } = message;
    const ending = endingOf(message);
    const parts = [
      `**${inlineMarkdown(speakerOf(message, this.#botName))}**, ${this.#clock(createdAt)}`,
      ...(content === '' ? [] : [quotedMarkdown(content)]),
      ...(ending === null ? [] : [`_${inlineMarkdown(ending)}_`]),
      ...(citations.length > 0 ? [citations.map(citationOf).join('\n')] : []),
      ...notesOf(message).map((note) => `- ${inlineMarkdown(note)}`),
    ];
    return `\n---\n\n${parts.join('\n\n')}\n`;
  }

  note({ content, createdAt }: TranscriptNote): string {
    return `\n---\n\n**${NOTE}**, ${this.#clock(createdAt)}\n\n${quotedMarkdown(content)}\n`;
  }

  tail(): string {
    return '';
  }
}

function citationOf({ index, title, url }: TranscriptMessage['citations'][number]): string {
  return `- Source ${String(index)}: ${inlineMarkdown(title)}${url === null ? '' : `, ${linkedMarkdown(url)}`}`;
}
