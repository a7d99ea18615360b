import type { FieldType } from '../../tables.types.js';

/** How values of one of Zapier's types are kept here. */
export interface ZapierKind {
  readonly type: FieldType;
  /** Whether it is known how they are written there. */
  readonly isWritable: boolean;
  /** What a hosted field takes; what is not understood stays as it is, for the field to refuse. */
  read(value: unknown): unknown;
}

const same = (value: unknown): unknown => value;
const kind = (type: FieldType, read: ZapierKind['read'] = same, isWritable = true): ZapierKind => ({
  type,
  isWritable,
  read,
});
const listOf = (read: ZapierKind['read'], isWritable = true): ZapierKind =>
  kind('json', (value) => (Array.isArray(value) ? emptyAsNone(value.map(read)) : value), isWritable);

/** All that Zapier has; buttons hold nothing. */
export const ZAPIER_KINDS: Readonly<Record<string, ZapierKind>> = {
  string: kind('text', textOf),
  multiple_string: listOf(textOf),
  labeled_string: kind('text', labelOf, false),
  multiple_labeled_string: listOf(labelOf, false),
  text: kind('long_text', textOf),
  multiple_text: listOf(textOf),
  boolean: kind('boolean', booleanOf),
  multiple_boolean: listOf(booleanOf),
  number: kind('number', numberOf),
  multiple_number: listOf(numberOf),
  decimal: kind('number', numberOf),
  multiple_decimal: listOf(numberOf),
  currency: kind('number', numberOf),
  datetime: kind('datetime', instantOf),
  multiple_datetime: listOf(instantOf),
  uuid: kind('text', textOf),
  multiple_uuid: listOf(textOf),
  json: kind('json'),
  multiple_json: listOf(same),
  email: kind('email', textOf),
  multiple_email: listOf(textOf),
  phone_number: kind('text', textOf),
  link: kind('url', (value) => partOf(value, 'link'), false),
  multiple_link: listOf((value) => partOf(value, 'link'), false),
  formula: kind('long_text', shownOf, false),
  ai_formula: kind('long_text', (value) => shownOf(partOf(value, 'value')), false),
  linked_record: kind('text', (value) => partOf(value, 'label'), false),
  multiple_linked_record: listOf((value) => partOf(value, 'label'), false),
};

function textOf(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : emptyAsNone(value);
}

function labelOf(value: unknown): unknown {
  return textOf(partOf(value, 'value') ?? partOf(value, 'label'));
}

function numberOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value) ? Number(value) : emptyAsNone(value);
}

function booleanOf(value: unknown): unknown {
  return value === 'true' ? true : value === 'false' ? false : emptyAsNone(value);
}

/** Zapier's times without a zone are in UTC. */
function instantOf(value: unknown): unknown {
  if (typeof value !== 'string' || value === '') return emptyAsNone(value);
  const text = /^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value.replace(' ', 'T');
  return /(Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2') : `${text}Z`;
}

function shownOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : textOf(value);
}

function partOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return emptyAsNone(value);
  return emptyAsNone((value as Record<string, unknown>)[name]);
}

function emptyAsNone(value: unknown): unknown {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0) ? null : value;
}
