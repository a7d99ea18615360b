import type { Field, RecordValues } from '#modules/tables';
import type { TableView } from './table.types.js';

/** What a passage holds of a record; longer ones are cut. */
const MAX_ROW_CHARACTERS = 8_000;
const PLACE = /\{([A-Za-z][A-Za-z0-9_]*)\}/g;

/** The keys that a template names. */
export function placesIn(template: string): string[] {
  return [...template.matchAll(PLACE)].flatMap(([, key]) => (key === undefined ? [] : [key]));
}

/** The fields that a source shows, in its order; those that the table has no more are left out. */
export function shownFields(fields: readonly Field[], view: TableView): readonly Field[] {
  if (!view.fields) return fields;
  return view.fields.flatMap((key) => fields.find((field) => field.key === key) ?? []);
}

/** A record as text: names of fields with their values, or what the template makes of them. Empty values are left out. */
export function printRow(fields: readonly Field[], values: RecordValues, view: TableView): string {
  const shown = shownFields(fields, view);
  const text = view.template === null ? byLine(shown, values) : filled(view.template, shown, values);
  return text.length > MAX_ROW_CHARACTERS ? `${text.slice(0, MAX_ROW_CHARACTERS).toWellFormed()} …` : text;
}

function byLine(fields: readonly Field[], values: RecordValues): string {
  return fields
    .flatMap(({ key, name }) => {
      const value = printValue(values[key]);
      return value === '' ? [] : [`${name}: ${value}`];
    })
    .join('\n');
}

function filled(template: string, fields: readonly Field[], values: RecordValues): string {
  return template
    .replaceAll(PLACE, (place, key: string) =>
      fields.some((field) => field.key === key) ? printValue(values[key]) : place,
    )
    .trim();
}

/** A value as people read it; nothing for none. */
export function printValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number') return String(value);
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? value.join(', ')
    : JSON.stringify(value);
}
