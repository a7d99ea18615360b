import { Html, html, NOTHING, stillPage } from '#common/html';
import {
  changeOf,
  count,
  day,
  duration,
  NEW,
  NONE,
  outOf,
  percent,
  pointsOf,
  signed,
  usd,
} from './figure-texts.js';
import type { ChartName } from './report-charts.js';
import type { ReportContent } from './report.types.js';

const STYLE = `
:root { color-scheme: light dark; --ink: #1a1c1f; --soft: #54585f; --page: #f5f6f8; --card: #fff; --line: #d5d8de; --main: #3b6fe0; --good: #0f7b4f; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef2; --soft: #b4b9c2; --page: #121417; --card: #1c1f24; --line: #3a3f47; --main: #7ea2ff; --good: #5fd3a1; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 56rem; margin: 0 auto; padding: 2rem 1rem 3rem; }
header p, .note, figcaption, summary { color: var(--soft); }
h1 { margin: 0; font-size: 1.8rem; line-height: 1.2; }
h2 { margin: 0 0 .75rem; font-size: 1.2rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin: 1rem 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 1.5rem 0; padding: 0; list-style: none; }
.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .75rem 1rem; }
.tiles .name { color: var(--soft); font-size: .9rem; }
.tiles .value { display: block; font-size: 1.5rem; font-weight: 650; line-height: 1.3; }
.tiles .change, .tiles .whole { display: block; font-size: .85rem; color: var(--soft); }
figure { margin: 0; }
figure svg { display: block; width: 100%; height: auto; }
@media screen { figure svg { min-width: 40rem; } }
table { width: 100%; border-collapse: collapse; font-size: .92rem; margin-top: .75rem; }
th, td { text-align: right; padding: .4rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
th:first-child { text-align: left; white-space: normal; width: 100%; min-width: 12rem; }
thead th { color: var(--soft); font-weight: 600; }
tbody th { font-weight: 400; }
.scroll { overflow-x: auto; }
details { margin-top: .5rem; }
summary { cursor: pointer; }
ul.noticed { margin: 0; padding-left: 1.2rem; }
dt { font-weight: 600; margin-top: .5rem; }
dd { margin: 0; color: var(--soft); }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --page: #fff; --card: #fff; --line: #bbb; --main: #3b6fe0; --good: #0f7b4f; } main { max-width: none; padding: 0; } section, .tiles li { break-inside: avoid; } }
`;

/** What is drawn, as `<svg>` elements; null where there is nothing to draw. */
export type Drawings = Readonly<Record<ChartName, { title: string; svg: string } | null>>;

/** The whole report as one page that needs nothing else. */
export function reportPage(content: ReportContent, drawings: Drawings): string {
  const { botName, from, to, timezone, madeAt } = content;
  const lastDay = new Date(to.getTime() - 1);
  const title = `Insights: ${botName}`;
  return stillPage({
    title,
    style: STYLE,
    body: html`<header>
        <h1>${title}</h1>
        <p>
          ${day(from, timezone)} to ${day(lastDay, timezone)}, by the clocks of ${timezone}. Made on
          ${day(madeAt, timezone)}.
        </p>
      </header>
      ${tilesOf(content)} ${noticedOf(content)} ${volumeOf(content, drawings)} ${topicsOf(content, drawings)}
      ${gapsOf(content, drawings)} ${hoursOf(content, drawings)} ${costOf(content, drawings)} ${DEFINITIONS}`,
  });
}

function tilesOf({ figures, before }: ReportContent): Html {
  const tile = (name: string, value: string, change: string, whole = ''): Html =>
    html`<li>
      <span class="name">${name}</span> <span class="value">${value}</span>
      <span class="whole">${whole}</span> <span class="change">${sinceBefore(change)}</span>
    </li>`;
  const ofQuestions = outOf(figures.completed, 'question');
  return html`<ul class="tiles" aria-label="Key figures">
    ${tile('Questions', count(figures.questions), changeOf(figures.questions, before.questions))}
    ${tile('People', count(figures.users), changeOf(figures.users, before.users))}
    ${tile('Answered', percent(figures.answeredRate), pointsOf(figures.answeredRate, before.answeredRate), ofQuestions)}
    ${tile('Resolved', percent(figures.resolvedRate), pointsOf(figures.resolvedRate, before.resolvedRate), ofQuestions)}
    ${tile('Rated up', percent(figures.ratedUpRate), pointsOf(figures.ratedUpRate, before.ratedUpRate), outOf(figures.ratings, 'rating'))}
    ${tile('Cost', usd(figures.costUsd), changeOf(figures.costUsd, before.costUsd))}
    ${tile(
      'Half of the answers within',
      duration(figures.latencyP50Ms),
      changeOf(figures.latencyP50Ms, before.latencyP50Ms),
    )}
  </ul>`;
}

function sinceBefore(change: string): string {
  if (change === NONE) return '';
  return change === NEW ? 'none in the period before' : `${change} on the period before`;
}

function noticedOf({ noticed }: ReportContent): Html {
  if (noticed.length === 0) return NOTHING;
  return html`<section aria-labelledby="noticed">
    <h2 id="noticed">Out of the ordinary</h2>
    <ul class="noticed">
      ${noticed.map((sentence) => html`<li>${sentence}</li>`)}
    </ul>
  </section>`;
}

function volumeOf({ volume }: ReportContent, { volume: drawing }: Drawings): Html {
  const rows = volume.map(({ label, questions, answeredRate }) => [
    label,
    count(questions),
    percent(answeredRate),
  ]);
  return sectionOf('volume', 'Questions and answers', drawing, 'Nothing was asked in this period.', {
    numbers: tableOf(['Day', 'Questions', 'Answered'], rows),
  });
}

function topicsOf({ topics }: ReportContent, { topics: drawing }: Drawings): Html {
  const rows = topics.map(({ name, questions, questionsBefore, answeredRate, ratedUpRate, costUsd }) => [
    name,
    count(questions),
    questionsBefore === 0 ? 'new' : signed(questions / questionsBefore - 1),
    percent(answeredRate),
    percent(ratedUpRate),
    usd(costUsd),
  ]);
  const table = tableOf(['Topic', 'Questions', 'Change', 'Answered', 'Rated up', 'Cost'], rows);
  return sectionOf('topics', 'What people ask', drawing, 'There are no topics yet.', { table });
}

function gapsOf({ gaps }: ReportContent, { gaps: drawing }: Drawings): Html {
  const rows = gaps.map(({ question, people, state, answeredBefore, answeredAfter }) => [
    question,
    count(people),
    state,
    percent(answeredBefore),
    percent(answeredAfter),
  ]);
  const table = tableOf(['Question', 'People', 'State', 'Answered before', 'After the fix'], rows);
  return sectionOf('gaps', 'What the bot could not answer', drawing, 'No gap is known.', { table });
}

function hoursOf(_: ReportContent, { hours }: Drawings): Html {
  return sectionOf('hours', 'When people ask', hours, 'Nothing was asked in this period.', {});
}

function costOf({ models }: ReportContent, { cost }: Drawings): Html {
  const rows = models.map(({ name, answers, costUsd }) => [name, count(answers), usd(costUsd)]);
  const table = rows.length === 0 ? NOTHING : tableOf(['Model', 'Answers', 'Cost'], rows);
  return sectionOf('cost', 'What answers cost', cost, 'No answer cost anything.', { table });
}

interface SectionParts {
  /** Shown below the picture. */
  readonly table?: Html;
  /** Shown when somebody opens them. */
  readonly numbers?: Html;
}

function sectionOf(
  id: string,
  heading: string,
  drawing: { title: string; svg: string } | null,
  otherwise: string,
  { table = NOTHING, numbers }: SectionParts,
): Html {
  const picture = drawing
    ? html`<figure>
        <div class="scroll" tabindex="0" role="group" aria-label="Chart: ${drawing.title}">
          ${new Html(drawing.svg)}
        </div>
        <figcaption>${drawing.title}</figcaption>
      </figure>`
    : html`<p class="note">${otherwise}</p>`;
  const behind =
    numbers && drawing
      ? html`<details>
          <summary>The numbers</summary>
          ${numbers}
        </details>`
      : NOTHING;
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${heading}</h2>
    ${picture} ${drawing ? table : NOTHING} ${behind}
  </section>`;
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Table: ${head[0] ?? ''}">
    <table>
      <thead>
        <tr>
          ${head.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first = '', ...rest]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${rest.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const DEFINITIONS = html`<section aria-labelledby="definitions">
  <h2 id="definitions">What the figures mean</h2>
  <dl>
    <dt>Questions</dt>
    <dd>What people asked. Greetings, thanks and the like are left out.</dd>
    <dt>Answered</dt>
    <dd>
      Of the questions whose answer was completed, those that the bot answered; the others it had nothing to
      say to.
    </dd>
    <dt>Resolved</dt>
    <dd>
      Of the questions whose answer was completed, those that were answered, were not rated down and were not
      asked again in other words.
    </dd>
    <dt>Rated up</dt>
    <dd>Of the answers that somebody rated, those that were rated up.</dd>
    <dt>Change</dt>
    <dd>To the period before, which was as long.</dd>
  </dl>
</section>`;
