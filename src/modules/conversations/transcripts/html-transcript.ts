import { GAP, type Html, html, NOTHING, partedPage } from '#common/html';
import { clockOf, endingOf, factsOf, NOTE, notesOf, speakerOf, titleOf } from './transcript-texts.js';
import type {
  TranscriptHead,
  TranscriptMessage,
  TranscriptNote,
  TranscriptWish,
  TranscriptWriter,
} from './transcript.types.js';

const STYLE = `
:root { color-scheme: light dark; --ink: #1a1c1f; --soft: #54585f; --page: #f5f6f8; --card: #fff; --line: #d5d8de; --asked: #e8effd; --main: #2f5fc7; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef2; --soft: #b4b9c2; --page: #121417; --card: #1c1f24; --line: #3a3f47; --asked: #1d2940; --main: #8fb0ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem 3rem; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; }
.facts, .meta, .notes, .ending, .sources { color: var(--soft); font-size: .9rem; }
.facts { margin: .5rem 0 1.5rem; padding: 0; list-style: none; }
.said { list-style: none; margin: 0; padding: 0; }
.said > li { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .75rem 1rem; margin: .75rem 0; }
.said > li.visitor { background: var(--asked); margin-left: 2.5rem; }
.said > li.bot, .said > li.member { margin-right: 2.5rem; }
.said > li.note { border-style: dashed; }
.speaker { font-weight: 650; color: var(--ink); }
.text { margin: .25rem 0 0; white-space: pre-wrap; }
.ending { margin: .25rem 0 0; font-style: italic; }
.sources, .notes { margin: .5rem 0 0; padding-left: 1.2rem; }
a { color: var(--main); }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --page: #fff; --card: #fff; --line: #bbb; --asked: #f2f2f2; --main: #000; } main { max-width: none; padding: 0; } .said > li { break-inside: avoid; } }
`;

/** A conversation as a page that loads nothing and runs nothing. */
export class HtmlTranscript implements TranscriptWriter {
  readonly mediaType = 'text/html; charset=utf-8';
  readonly extension = 'html';
  readonly notesStand = 'between';
  readonly #timeZone: string;
  readonly #clock: (moment: Date) => string;
  #botName = '';
  #end = '';

  constructor({ timeZone }: TranscriptWish) {
    this.#timeZone = timeZone;
    this.#clock = clockOf(timeZone);
  }

  head(head: TranscriptHead): string {
    this.#botName = head.botName;
    const title = titleOf(head);
    const facts = factsOf(head, this.#clock, this.#timeZone);
    const [before, after] = partedPage({
      title,
      style: STYLE,
      body: html`<h1 dir="auto">${title}</h1>
        <ul class="facts">
          ${facts.map((fact) => html`<li>${fact}</li>`)}
        </ul>
        <ol class="said">
          ${GAP}
        </ol>`,
    });
    this.#end = after;
    return before;
  }

  message(message: TranscriptMessage): string {
    const { role, author, content, createdAt } = message;
    const ending = endingOf(message);
    return html`<li class="${role === 'tool' ? 'tool' : author}">
      <div class="meta">
        <bdi class="speaker">${speakerOf(message, this.#botName)}</bdi>
        <time datetime="${createdAt.toISOString()}">${this.#clock(createdAt)}</time>
      </div>
      ${content === '' ? NOTHING : html`<p class="text" dir="auto">${content}</p>`}${ending === null ? NOTHING : html`<p class="ending">${ending}</p>`}${sourcesOf(message)}${listedNotesOf(message)}
    </li> `.text;
  }

  note({ content, createdAt }: TranscriptNote): string {
    return html`<li class="note">
      <div class="meta">
        <span class="speaker">${NOTE}</span>
        <time datetime="${createdAt.toISOString()}">${this.#clock(createdAt)}</time>
      </div>
      <p class="text" dir="auto">${content}</p>
    </li> `.text;
  }

  tail(): string {
    return this.#end;
  }
}

function sourcesOf({ citations }: TranscriptMessage): Html {
  if (citations.length === 0) return NOTHING;
  const items = citations.map(
    ({ index, title, url }) =>
      html`<li>Source ${String(index)}: <bdi>${title}</bdi>${url === null ? NOTHING : linkTo(url)}</li>`,
  );
  return html`<ul class="sources">
    ${items}
  </ul>`;
}

/** Addresses of other kinds are text: they may be programs. */
function linkTo(url: string): Html {
  return /^https?:\/\//i.test(url)
    ? html`, <a href="${url}" rel="noopener noreferrer nofollow">${url}</a>`
    : html`, ${url}`;
}

function listedNotesOf(message: TranscriptMessage): Html {
  const notes = notesOf(message);
  if (notes.length === 0) return NOTHING;
  return html`<ul class="notes">
    ${notes.map((note) => html`<li dir="auto">${note}</li>`)}
  </ul>`;
}
