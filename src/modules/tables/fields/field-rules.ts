import { newId } from '#common/database';
import { type FieldProblem, InvalidFields } from '#common/errors';
import { isStorableText } from '#common/validation';
import { SYSTEM_KEYS } from '../records/conditions.js';
import { newColumn } from '../storage/names.js';
import type { Field, FieldDraft, FieldShape } from '../tables.types.js';
import { FIELD_KINDS, readCell } from '../values/field-kinds.js';
import { Misfit } from '../values/misfit.js';

const MAX_OPTION = 200;

/** The field that a draft describes. @throws InvalidFields */
export function fieldOf(draft: FieldDraft, others: readonly Field[], path = ''): Field {
  const field: Field = {
    ...{ id: newId(), key: draft.key ?? freeKey(draft.name, others), name: draft.name },
    ...{ description: draft.description ?? '', type: draft.type, options: draft.options ?? [] },
    ...{ required: draft.required ?? false, unique: draft.unique ?? false, indexed: draft.indexed ?? false },
    ...{ default: draft.default ?? null, linkedTableId: draft.linkedTableId ?? null },
    position: draft.position ?? Math.max(-1, ...others.map(({ position }) => position)) + 1,
    ...{ column: newColumn(), conversion: null },
  };
  return checkedField(field, path);
}

/** The field itself. @throws InvalidFields when what it promises does not go together. */
export function checkedField(field: Field, path = ''): Field {
  const { type, unique, indexed } = field;
  const problems: FieldProblem[] = [];
  const refuse = (name: string, message: string): void => void problems.push({ path: path + name, message });
  if (isReserved(field.key)) refuse('key', 'is a name that no field may have');
  for (const { path: name, message } of problemsOfShape(field)) refuse(name, message);
  const { isKey } = FIELD_KINDS[type];
  if (unique && !isKey) refuse('unique', `is not for fields of type ${type}`);
  if (indexed && !isKey) refuse('indexed', `is not for fields of type ${type}`);
  if (unique && field.default !== null) refuse('default', 'is not for unique fields of a table');
  if (type === 'link' && field.default !== null) refuse('default', 'is not for fields of type link');
  if (problems.length > 0) throw new InvalidFields(problems);
  assertDefaultFits(field, `${path}default`);
  return field;
}

/** What is wrong with the options or the linked table of a type. */
export function problemsOfShape({ type, options, linkedTableId }: FieldShape): FieldProblem[] {
  const takesOptions = type === 'select' || type === 'multi_select';
  const problems: FieldProblem[] = [];
  if (takesOptions && options.length === 0)
    problems.push({ path: 'options', message: `is required for fields of type ${type}` });
  if (!takesOptions && options.length > 0)
    problems.push({ path: 'options', message: `is not for fields of type ${type}` });
  if (new Set(options).size < options.length)
    problems.push({ path: 'options', message: 'elements must be unique' });
  if (options.some((option) => !isStorableText(option) || option.length > MAX_OPTION))
    problems.push({ path: 'options', message: `must be texts of at most ${String(MAX_OPTION)} characters` });
  if (type === 'link' && linkedTableId === null)
    problems.push({ path: 'linkedTableId', message: 'is required for fields of type link' });
  if (type !== 'link' && linkedTableId !== null)
    problems.push({ path: 'linkedTableId', message: `is not for fields of type ${type}` });
  return problems;
}

function assertDefaultFits(field: Field, path: string): void {
  try {
    readCell(field, field.default ?? '');
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    throw new InvalidFields([{ path, message: `${error.message}, as values of type ${field.type} are` }]);
  }
}

function isReserved(key: string): boolean {
  return SYSTEM_KEYS.includes(key) || key in Object.prototype;
}

/** `Unit price (EUR)` -> `unit_price_eur`, or the next like it that is free. */
function freeKey(name: string, others: readonly Field[]): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[_\d]+|_+$/g, '')
    .slice(0, 50);
  const key = words === '' ? 'field' : words;
  const taken = (candidate: string): boolean =>
    isReserved(candidate) || others.some((other) => other.key === candidate);
  if (!taken(key)) return key;
  let number = 2;
  while (taken(`${key}_${String(number)}`)) number += 1;
  return `${key}_${String(number)}`;
}
