import { createHash } from 'node:crypto';
import type { FieldProblem } from '#common/errors';
import type { FieldType } from '../tables.types.js';
import { type AskedField, type ShownForm, TRAP } from './form-entries.service.js';
import { Html, html, NOTHING } from '#common/html';

const STYLE = `
:root { color-scheme: light dark; --text: #1a1c1f; --soft: #54585f; --page: #f5f6f8; --card: #fff; --line: #767b84; --main: #1f4fd8; --on: #fff; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #eceef2; --soft: #b4b9c2; --page: #121417; --card: #1c1f24; --line: #8b919b; --main: #9db8ff; --on: #0d1a40; --bad: #ff9d94; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 40rem; margin: 2rem auto; padding: 1.5rem; background: var(--card); border-radius: .75rem; }
h1 { margin: 0 0 .5rem; font-size: 1.6rem; line-height: 1.25; }
p { white-space: pre-line; }
.field, fieldset { margin: 1.25rem 0; padding: 0; border: 0; min-width: 0; }
label, legend { font-weight: 600; padding: 0; }
label.choice { display: flex; gap: .6rem; align-items: start; font-weight: 400; padding: .3rem 0; }
label.choice input { flex: none; width: 1.2rem; height: 1.2rem; margin: .15rem 0 0; accent-color: var(--main); }
.help, .note { color: var(--soft); font-weight: 400; margin: .15rem 0; }
input:not([type=checkbox]), textarea, select { width: 100%; margin-top: .35rem; padding: .6rem .7rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .4rem; }
select { background: var(--card); }
textarea { min-height: 8rem; resize: vertical; }
[aria-invalid=true] { border-color: var(--bad); border-width: 2px; }
.error { color: var(--bad); font-weight: 600; margin: .25rem 0; }
.summary { border: 2px solid var(--bad); border-radius: .4rem; padding: .25rem 1rem; }
.summary h2 { font-size: 1.05rem; margin: .5rem 0; }
.summary a { color: var(--bad); }
button { padding: .7rem 1.4rem; font: inherit; font-weight: 600; color: var(--on); background: var(--main); border: 0; border-radius: .4rem; cursor: pointer; }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
.trap { position: absolute; left: -100vw; width: 1px; height: 1px; overflow: hidden; }
`;

/** No script, no part from elsewhere, and entries go nowhere but here. */
export const FORM_POLICY = [
  `default-src 'none'`,
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  `form-action 'self'`,
  `base-uri 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

const INPUT_TYPES: Partial<Record<FieldType, string>> = {
  ...{ text: 'text', number: 'text', date: 'date', datetime: 'datetime-local', email: 'email', url: 'url' },
};

/** What was filled in before, and what is wrong with it. */
export interface FilledIn {
  readonly texts: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly FieldProblem[];
}

/** The page on which a form is filled in. */
export function formPage({ form, asked }: ShownForm, { texts, problems }: FilledIn): string {
  const body = html`<h1>${form.title}</h1>
    ${form.description === '' ? NOTHING : html`<p>${form.description}</p>`} ${summaryOf(asked, problems)}
    <form method="post" novalidate>
      ${asked.map((one) => fieldOf(one, texts.get(one.field.key) ?? [], problems))}
      <div class="trap" aria-hidden="true">
        <label>Leave this empty <input name="${TRAP}" tabindex="-1" autocomplete="off" /></label>
      </div>
      <button type="submit">Send</button>
    </form>`;
  return pageOf(problems.length > 0 ? `Error: ${form.title}` : form.title, body);
}

/** A page that says one thing. */
export function messagePage(title: string, message: string): string {
  return pageOf(
    title,
    html`<h1>${title}</h1>
      <p role="status">${message}</p>`,
  );
}

function pageOf(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${new Html(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`.text;
}

/** What is wrong, all in one place, with a way to each field. It has the focus when the page opens. */
function summaryOf(asked: readonly AskedField[], problems: readonly FieldProblem[]): Html {
  if (problems.length === 0) return NOTHING;
  const items = problems.map(({ path, message }) => {
    const one = asked.find(({ field }) => field.key === path);
    return one
      ? html`<li><a href="#${idOf(one)}">${one.label} ${message}</a></li>`
      : html`<li>${path} ${message}</li>`;
  });
  return html`<div class="summary" role="alert" tabindex="-1" autofocus>
    <h2>Please look at this again</h2>
    <ul>
      ${items}
    </ul>
  </div>`;
}

function fieldOf(one: AskedField, texts: readonly string[], problems: readonly FieldProblem[]): Html {
  const id = idOf(one);
  const errors = problems.filter(({ path }) => path === one.field.key);
  const described = [...(one.help ? [`${id}-help`] : []), ...(errors.length > 0 ? [`${id}-error`] : [])];
  const state = html`${described.length > 0 ? html` aria-describedby="${described.join(' ')}"` : NOTHING}${errors.length > 0 ? html` aria-invalid="true"` : NOTHING}`;
  const notes = html`${one.help ? html`<p class="help" id="${id}-help">${one.help}</p>` : NOTHING}${errors.length > 0 ? html`<p class="error" id="${id}-error">${errors.map(({ message }) => message).join(', ')}</p>` : NOTHING}`;
  if (one.field.type === 'multi_select') return groupOf(one, texts, notes, state);
  if (one.field.type === 'boolean')
    return html`<div class="field">
      <label class="choice"
        ><input
          type="checkbox"
          id="${id}"
          name="${one.field.key}"
          value="true"
          ${checked(texts.length > 0)}
          ${required(one)}
          ${state}
        /><span>${labelOf(one)}</span></label
      >
      ${notes}
    </div>`;
  return html`<div class="field">
    <label for="${id}">${labelOf(one)}</label>${notes}${inputOf(one, texts[0] ?? '', state)}
  </div>`;
}

function labelOf({ label, isRequired, field }: AskedField): Html {
  const note = [...(isRequired ? ['required'] : []), ...(field.type === 'datetime' ? ['UTC'] : [])].join(
    ', ',
  );
  return html`${label}${note ? html` <span class="note">(${note})</span>` : NOTHING}`;
}

function groupOf(one: AskedField, texts: readonly string[], notes: Html, state: Html): Html {
  const choices = one.field.options.map(
    (option, index) =>
      html`<label class="choice"
        ><input
          type="checkbox"
          id="${index === 0 ? idOf(one) : `${idOf(one)}-${String(index)}`}"
          name="${one.field.key}"
          value="${option}"
          ${checked(texts.includes(option))}
        /><span>${option}</span></label
      >`,
  );
  return html`<fieldset ${state}>
    <legend>${labelOf(one)}</legend>
    ${notes}${choices}
  </fieldset>`;
}

function inputOf(one: AskedField, text: string, state: Html): Html {
  const { field } = one;
  const shared = html`id="${idOf(one)}" name="${field.key}" ${required(one)} ${state}`;
  if (field.type === 'long_text') return html`<textarea ${shared}>${text}</textarea>`;
  if (field.type === 'select')
    return html`<select ${shared}>
      <option value="">Please choose</option>
      ${field.options.map((option) => html`<option value="${option}" ${option === text ? html`selected` : NOTHING}>${option}</option>`)}
    </select>`;
  return html`<input
    type="${INPUT_TYPES[field.type] ?? 'text'}"
    ${field.type === 'number' ? html`inputmode="decimal"` : NOTHING}
    ${shared}
    value="${text}"
  />`;
}

function required({ isRequired }: AskedField): Html {
  return isRequired ? html`aria-required="true"` : NOTHING;
}

function checked(isChecked: boolean): Html {
  return isChecked ? html`checked` : NOTHING;
}

function idOf({ field }: AskedField): string {
  return `field-${field.key}`;
}
