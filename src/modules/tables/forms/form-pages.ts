import { Injectable } from '@nestjs/common';
import { DomainError, InvalidFields } from '#common/errors';
import { type PageForm, readPageForm } from '#common/http';
import { FormEntriesService, type ShownForm } from './form-entries.service.js';
import { formPage, messagePage } from './form-page.js';
import { FormClosed, FormNotFound } from './forms.errors.js';

const MAX_ENTRY_BYTES = 262_144;

/** What those see who open a form or fill it in: a page, another address to look at, or a message for a program. */
export interface FormAnswer {
  readonly status: number;
  readonly page?: string;
  readonly location?: string;
  readonly message?: string;
}

/** Answers those who open a form and fill it in: people with pages, programs that send JSON with JSON. */
@Injectable()
export class FormPages {
  constructor(private readonly entries: FormEntriesService) {}

  /** @param isDone whether an entry was taken just now. */
  async show(slug: string, isDone: boolean): Promise<FormAnswer> {
    const shown = await this.#find(slug);
    if (!shown) return NO_FORM;
    const { form } = shown;
    if (isDone) return { status: 200, page: messagePage(form.title, form.thanks) };
    if (!form.isOpen) return { status: 200, page: messagePage(form.title, new FormClosed().message) };
    return { status: 200, page: formPage(shown, { texts: new Map(), problems: [] }) };
  }

  /** @throws FormNotFound, FormClosed, InvalidFields for programs; people get pages that say so */
  async submit(slug: string, type: string, body: AsyncIterable<Buffer>): Promise<FormAnswer> {
    const entry = await readPageForm(type, body, MAX_ENTRY_BYTES);
    const shown = await this.#find(slug);
    if (entry.kind === 'texts') return shown ? this.#submitTexts(shown, entry) : NO_FORM;
    if (!shown) throw new FormNotFound();
    await this.entries.submit(shown, entry);
    return { status: 201, message: shown.form.thanks };
  }

  /** What was filled in stays in the fields when something is wrong with it. */
  async #submitTexts(shown: ShownForm, entry: PageForm & { readonly kind: 'texts' }): Promise<FormAnswer> {
    try {
      await this.entries.submit(shown, entry);
      return { status: 303, location: `/f/${shown.form.slug}?thanks` };
    } catch (error) {
      if (error instanceof InvalidFields) {
        const problems = error.details.fields ?? [];
        return { status: 422, page: formPage(shown, { texts: entry.texts, problems }) };
      }
      if (!(error instanceof DomainError && error.kind === 'conflict')) throw error;
      return { status: 409, page: messagePage(shown.form.title, error.message) };
    }
  }

  async #find(slug: string): Promise<ShownForm | null> {
    try {
      return await this.entries.find(slug);
    } catch (error) {
      if (error instanceof FormNotFound) return null;
      throw error;
    }
  }
}

const NO_FORM: FormAnswer = {
  status: 404,
  page: messagePage('Not found', 'There is no form at this address.'),
};
