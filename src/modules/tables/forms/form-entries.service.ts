import { Injectable } from '@nestjs/common';
import { Tenancy } from '#common/database';
import { DomainError, type FieldProblem, InvalidFields } from '#common/errors';
import type { PageForm } from '#common/http';
import { RecordWriter } from '../records/record-writer.js';
import { TablesRepository } from '../tables.repository.js';
import type { Field, RecordValues } from '../tables.types.js';
import { encodeValue, FIELD_KINDS } from '../values/field-kinds.js';
import { Misfit } from '../values/misfit.js';
import type { Form, FormField } from './form.types.js';
import { FormClosed, FormNotFound } from './forms.errors.js';
import { FormsRepository } from './forms.repository.js';

/** A field that people see only who read the markup, as programs do that fill in everything. No field has such a key. */
export const TRAP = 'contact-website';

const SLUG = /^[a-z0-9-]{1,63}$/;

/** A form, and the fields that are there of those it asks for. */
export interface ShownForm {
  readonly form: Form;
  readonly asked: readonly AskedField[];
}

export interface AskedField {
  readonly field: Field;
  readonly label: string;
  readonly help: string;
  readonly isRequired: boolean;
}

/** What people fill in on public forms. */
@Injectable()
export class FormEntriesService {
  constructor(
    private readonly forms: FormsRepository,
    private readonly tables: TablesRepository,
    private readonly writer: RecordWriter,
    private readonly tenancy: Tenancy,
  ) {}

  /** Fields that were removed from the table are not asked for any more. @throws FormNotFound */
  async find(slug: string): Promise<ShownForm> {
    const form = SLUG.test(slug) ? await this.forms.findBySlug(slug) : null;
    const table = form && (await this.tables.find(form.workspaceId, form.tableId));
    if (!table) throw new FormNotFound();
    const asked = form.fields.flatMap((one) => {
      const field = table.fields.find(({ key }) => key === one.key);
      return field ? [askedField(one, field)] : [];
    });
    return { form, asked };
  }

  /** Adds a record. Who falls into the trap is thanked, and that is all. @throws FormClosed, InvalidFields */
  async submit({ form, asked }: ShownForm, entry: PageForm): Promise<void> {
    if (!form.isOpen) throw new FormClosed();
    if (isTrapped(entry)) return;
    const values = entry.kind === 'texts' ? valuesOf(asked, entry.texts) : entry.values;
    assertAnswers(asked, values);
    await this.tenancy.run(form.workspaceId, async () => {
      try {
        await this.writer.insert(form.workspaceId, form.tableId, [values]);
      } catch (error) {
        throw toldByField(error);
      }
    });
  }
}

function askedField({ label, help = '', required = false }: FormField, field: Field): AskedField {
  return {
    field,
    label: label ?? field.name,
    help,
    isRequired: required || (field.required && field.default === null),
  };
}

function isTrapped(entry: PageForm): boolean {
  const text = entry.kind === 'texts' ? entry.texts.get(TRAP)?.[0] : entry.values[TRAP];
  return text !== undefined && text !== '';
}

/** @throws InvalidFields */
function valuesOf(asked: readonly AskedField[], texts: ReadonlyMap<string, readonly string[]>): RecordValues {
  const values: Record<string, unknown> = {};
  const problems: FieldProblem[] = [];
  for (const { field } of asked) {
    try {
      values[field.key] = valueOf(field, texts.get(field.key) ?? []);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      problems.push({ path: field.key, message: error.message });
    }
  }
  if (problems.length > 0) throw new InvalidFields(problems);
  return values;
}

function valueOf({ type }: Field, texts: readonly string[]): unknown {
  if (type === 'multi_select') return texts;
  const text = (texts[0] ?? '').replaceAll('\r\n', '\n');
  if (type === 'boolean') return text !== '';
  if (text.trim() === '') return null;
  // What browsers send of a date with a time has no zone; the page says that it is UTC.
  if (type === 'datetime' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return `${text}Z`;
  return FIELD_KINDS[type].read(text);
}

/** @throws InvalidFields */
function assertAnswers(asked: readonly AskedField[], values: RecordValues): void {
  const keys = asked.map(({ field }) => field.key);
  const unknown = Object.keys(values).filter((key) => !keys.includes(key) && key !== TRAP);
  const problems = [
    ...unknown.slice(0, 100).map((key) => ({ path: key.slice(0, 200), message: 'is not asked for' })),
    ...asked.flatMap((one) => problemsOf(one, values[one.field.key])),
  ];
  if (problems.length > 0) throw new InvalidFields(problems);
}

/** All that is wrong is said at once: who fills in a form wants to do it one more time only. */
function problemsOf({ field, isRequired }: AskedField, value: unknown): FieldProblem[] {
  if (isBlank(field, value)) return isRequired ? [{ path: field.key, message: 'is required' }] : [];
  try {
    encodeValue(field, value);
    return [];
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    return [{ path: field.key, message: error.message }];
  }
}

function isBlank({ type }: Field, value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || value === '' || (type === 'boolean' && value === false);
}

/** Those who fill in a form know its fields, and nothing of records. */
function toldByField(error: unknown): unknown {
  if (!(error instanceof DomainError) || !error.details.fields) return error;
  return new InvalidFields(
    error.details.fields.map(({ path, message }) => ({
      path: path.replace(/^records\.0\.fields\.?/, ''),
      message,
    })),
  );
}
