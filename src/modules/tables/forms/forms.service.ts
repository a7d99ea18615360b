import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { newId, type Page, type PageRequest } from '#common/database';
import { type FieldProblem, InvalidFields } from '#common/errors';
import { TableNotFound } from '../tables.errors.js';
import { TablesRepository } from '../tables.repository.js';
import type { FieldType, HostedTable } from '../tables.types.js';
import type { Form, FormChanges, FormDraft, FormField } from './form.types.js';
import { FormNotFound } from './forms.errors.js';
import { FormsRepository } from './forms.repository.js';

const THANKS = 'Thank you. We have got your entry.';
/** What nobody can fill in on a page. */
const UNFILLABLE: readonly FieldType[] = ['json', 'link'];

/** Making, changing and closing forms. */
@Injectable()
export class FormsService {
  constructor(
    private readonly forms: FormsRepository,
    private readonly tables: TablesRepository,
    private readonly abilities: Abilities,
  ) {}

  /** At an address that nobody can guess, unless one is given. @throws TableNotFound, FormSlugTaken, InvalidFields */
  async create(actor: Actor, draft: FormDraft): Promise<Form> {
    this.abilities.assertCan(actor, 'create', 'Form');
    const { tableId, title, description = '', fields, thanks = THANKS, isOpen = true } = draft;
    assertFillable(await this.#table(actor, tableId), fields);
    const id = newId();
    const slug = draft.slug ?? randomBytes(16).toString('hex');
    const now = new Date();
    await this.forms.save({
      ...{ id, workspaceId: actor.workspaceId, tableId, slug, title, description, fields, thanks, isOpen },
      ...{ createdAt: now, updatedAt: now },
    });
    return this.get(actor, id);
  }

  /** @throws FormNotFound */
  async get(actor: Actor, id: string): Promise<Form> {
    this.abilities.assertCan(actor, 'read', 'Form');
    const form = await this.forms.find(actor.workspaceId, id);
    if (!form) throw new FormNotFound();
    return form;
  }

  async list(actor: Actor, page: PageRequest): Promise<Page<Form>> {
    this.abilities.assertCan(actor, 'read', 'Form');
    return this.forms.list(actor.workspaceId, page);
  }

  /** @throws FormNotFound, FormSlugTaken, InvalidFields */
  async update(actor: Actor, id: string, changes: FormChanges): Promise<Form> {
    this.abilities.assertCan(actor, 'update', 'Form');
    const form = { ...(await this.get(actor, id)), ...changes };
    if (changes.fields) assertFillable(await this.#table(actor, form.tableId), changes.fields);
    await this.forms.save(form);
    return this.get(actor, id);
  }

  /** Its address leads nowhere then; records stay. @throws FormNotFound */
  async remove(actor: Actor, id: string): Promise<void> {
    this.abilities.assertCan(actor, 'delete', 'Form');
    if (!(await this.forms.remove(actor.workspaceId, id))) throw new FormNotFound();
  }

  async #table({ workspaceId }: Actor, id: string): Promise<HostedTable> {
    const table = await this.tables.find(workspaceId, id);
    if (!table) throw new TableNotFound();
    return table;
  }
}

/** @throws InvalidFields */
function assertFillable({ fields }: HostedTable, asked: readonly FormField[]): void {
  const problems: FieldProblem[] = [];
  const seen = new Set<string>();
  asked.forEach(({ key }, index) => {
    const path = `fields.${String(index)}.key`;
    const field = fields.find((one) => one.key === key);
    if (!field) problems.push({ path, message: 'is no field of this table' });
    else if (UNFILLABLE.includes(field.type))
      problems.push({ path, message: `is of type ${field.type}, which no form asks for` });
    if (seen.has(key)) problems.push({ path, message: 'is asked for twice' });
    seen.add(key);
  });
  if (problems.length > 0) throw new InvalidFields(problems);
}
