import type { Html } from '#common/html';
import { html, NOTHING } from '#common/html';
import type { Mail } from '#common/mail';
import { changeOf, count, day, duration, NONE, percent, pointsOf, usd } from './figure-texts.js';
import type { ReportContent, ReportedGap, ReportedTopic } from './report.types.js';

const MOST_TOPICS = 8;
const MOST_GAPS = 5;
const MOST_NOTICED = 5;
const BAR_WIDTH = 200;
const LONGEST_SUBJECT_NAME = 60;

// Mail programs know tables and attributes of style, and little else.
const FONT = 'font-family:Helvetica,Arial,sans-serif;color:#1a1c1f';
const SOFT = `${FONT};color:#54585f;font-size:13px;line-height:18px`;
const TEXT = `${FONT};font-size:15px;line-height:22px`;
const CELL = `${TEXT};padding:6px 8px;border-bottom:1px solid #e3e5ea;vertical-align:top`;
const HEAD = `${SOFT};padding:6px 8px;border-bottom:1px solid #d5d8de;font-weight:bold`;
const HEADING = `${FONT};font-size:18px;line-height:24px;margin:28px 0 8px`;

/** The main figures of a report as a letter, with the whole report as a page beside them. Nothing is loaded from elsewhere. */
export function letterOf(content: ReportContent, page: string, unsubscribeUrl: string): Omit<Mail, 'to'> {
  const { botName } = content;
  const name = botName.length > LONGEST_SUBJECT_NAME ? `${botName.slice(0, LONGEST_SUBJECT_NAME)}…` : botName;
  return {
    subject: `Insights: ${name}, ${daysOf(content)}`,
    text: textOf(content, unsubscribeUrl),
    html: htmlOf(content, unsubscribeUrl),
    attachments: [{ name: 'report.html', type: 'text/html; charset=utf-8', content: page }],
    unsubscribeUrl,
  };
}

function daysOf({ from, to, timezone }: ReportContent): string {
  return `${day(from, timezone)} to ${day(new Date(to.getTime() - 1), timezone)}`;
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly change: string;
}

function tilesOf({ figures, before }: ReportContent): Tile[] {
  return [
    tile('Questions', count(figures.questions), changeOf(figures.questions, before.questions)),
    tile('People', count(figures.users), changeOf(figures.users, before.users)),
    tile('Answered', percent(figures.answeredRate), pointsOf(figures.answeredRate, before.answeredRate)),
    tile('Resolved', percent(figures.resolvedRate), pointsOf(figures.resolvedRate, before.resolvedRate)),
    tile('Rated up', percent(figures.ratedUpRate), pointsOf(figures.ratedUpRate, before.ratedUpRate)),
    tile('Cost', usd(figures.costUsd), changeOf(figures.costUsd, before.costUsd)),
    tile(
      'Half of the answers within',
      duration(figures.latencyP50Ms),
      changeOf(figures.latencyP50Ms, before.latencyP50Ms),
    ),
  ];
}

function tile(name: string, value: string, change: string): Tile {
  return { name, value, change: change === NONE ? '' : change };
}

function textOf(content: ReportContent, unsubscribeUrl: string): string {
  const { botName, noticed, topics, gaps, timezone } = content;
  const lines = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : ['', title, ...items.map((item) => `- ${oneLine(item)}`)];
  return [
    `Insights: ${oneLine(botName)}`,
    `${daysOf(content)}, by the clocks of ${timezone}. Changes are to the seven days before.`,
    '',
    ...tilesOf(content).map(
      ({ name, value, change }) => `${name}: ${value}${change === '' ? '' : ` (${change})`}`,
    ),
    ...lines('Out of the ordinary', noticed.slice(0, MOST_NOTICED)),
    ...lines(
      'What people ask',
      topics.slice(0, MOST_TOPICS).map(({ name, questions }) => `${name}: ${count(questions)}`),
    ),
    ...lines(
      'What the bot could not answer',
      gaps.slice(0, MOST_GAPS).map(({ question, people }) => `${question}: ${count(people)}`),
    ),
    '',
    'The whole report is attached as a page.',
    `To get no more of these letters: ${unsubscribeUrl}`,
    '',
  ].join('\n');
}

function htmlOf(content: ReportContent, unsubscribeUrl: string): string {
  const { botName, noticed, topics, gaps, volume, timezone } = content;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Insights: ${botName}</title>
      </head>
      <body style="margin:0;padding:0;background-color:#f5f6f8">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" bgcolor="#f5f6f8">
          <tr>
            <td align="center" style="padding:16px 8px">
              <table
                role="presentation"
                width="600"
                cellpadding="0"
                cellspacing="0"
                bgcolor="#ffffff"
                style="width:100%;max-width:600px;border:1px solid #d5d8de;border-radius:8px"
              >
                <tr>
                  <td style="padding:24px">
                    <h1 style="${FONT};font-size:24px;line-height:30px;margin:0">Insights: ${botName}</h1>
                    <p style="${SOFT};margin:4px 0 16px">
                      ${daysOf(content)}, by the clocks of ${timezone}. Changes are to the seven days before.
                    </p>
                    ${figuresTable(tilesOf(content))} ${noticedOf(noticed)}
                    ${barsOf(
                      'Questions by day',
                      volume.map(({ label, questions }) => ({ label, questions })),
                    )}
                    ${topicsOf(topics)} ${gapsOf(gaps)}
                    <p style="${TEXT};margin:28px 0 0">
                      The whole report, with its charts, is attached as a page that opens in any browser.
                    </p>
                  </td>
                </tr>
              </table>
              <p style="${SOFT};margin:16px 0">
                You get this letter since you have asked for it.
                <a href="${unsubscribeUrl}" style="color:#1f4fd8">Unsubscribe</a>
              </p>
            </td>
          </tr>
        </table>
      </body>
    </html>`.text;
}

function figuresTable(tiles: readonly Tile[]): Html {
  return html`<table width="100%" cellpadding="0" cellspacing="0">
    ${tiles.map(
      ({ name, value, change }) =>
        html`<tr>
          <td style="${CELL}">${name}</td>
          <td align="right" style="${CELL};font-weight:bold;white-space:nowrap">${value}</td>
          <td align="right" style="${CELL};color:#54585f;white-space:nowrap">${change}</td>
        </tr>`,
    )}
  </table>`;
}

function noticedOf(noticed: readonly string[]): Html {
  if (noticed.length === 0) return NOTHING;
  return html`<h2 style="${HEADING}">Out of the ordinary</h2>
    <ul style="margin:0;padding-left:20px">
      ${noticed
        .slice(0, MOST_NOTICED)
        .map((sentence) => html`<li style="${TEXT};margin-bottom:4px">${sentence}</li>`)}
    </ul>`;
}

function barsOf(
  title: string,
  rows: readonly { readonly label: string; readonly questions: number }[],
): Html {
  const most = Math.max(...rows.map(({ questions }) => questions), 0);
  if (most === 0) return NOTHING;
  return html`<h2 style="${HEADING}">${title}</h2>
    <table width="100%" cellpadding="0" cellspacing="0">
      ${rows.map(
        ({ label, questions }) =>
          html`<tr>
            <td style="${CELL}">${label}</td>
            <td width="${String(BAR_WIDTH + 16)}" style="${CELL}">${barOf(questions / most)}</td>
            <td align="right" style="${CELL};white-space:nowrap">${count(questions)}</td>
          </tr>`,
      )}
    </table>`;
}

function barOf(share: number): Html {
  const width = String(Math.round(share * BAR_WIDTH));
  if (width === '0') return NOTHING;
  return html`<table role="presentation" cellpadding="0" cellspacing="0" style="margin-top:5px">
    <tr>
      <td
        width="${width}"
        height="12"
        bgcolor="#3b6fe0"
        style="width:${width}px;height:12px;font-size:0;line-height:12px;border-radius:2px"
      >
        &nbsp;
      </td>
    </tr>
  </table>`;
}

function topicsOf(topics: readonly ReportedTopic[]): Html {
  return barsOf(
    'What people ask',
    topics.slice(0, MOST_TOPICS).map(({ name, questions }) => ({ label: name, questions })),
  );
}

function gapsOf(gaps: readonly ReportedGap[]): Html {
  if (gaps.length === 0) return NOTHING;
  return html`<h2 style="${HEADING}">What the bot could not answer</h2>
    <table width="100%" cellpadding="0" cellspacing="0">
      <tr>
        <th align="left" style="${HEAD}">Question</th>
        <th align="right" style="${HEAD}">People</th>
        <th align="right" style="${HEAD}">State</th>
      </tr>
      ${gaps.slice(0, MOST_GAPS).map(
        ({ question, people, state }) =>
          html`<tr>
            <td style="${CELL}">${question}</td>
            <td align="right" style="${CELL}">${count(people)}</td>
            <td align="right" style="${CELL}">${state}</td>
          </tr>`,
      )}
    </table>`;
}

/** Texts of people may have lines of their own, which would look like ours. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}
