import { Injectable } from '@nestjs/common';
import { AttachedTables, type AttachedTable, printValue } from '#modules/datasources';
import { type PlainQuestion, readTableQuestion } from '../plain-table-question.js';
import type { AnswerDraft } from './answer-draft.js';
import { cited, named, type NamedTable } from './table-query.tool.js';

const MOST_LISTED = 25;
const NOT_UNDERSTOOD =
  'I cannot say that exactly: it is a question about numbers, and I did not understand each of its words. Try one like "How many records have a … above 5?"';

/** Answers plain questions about tables for the built-in model, which can only quote: exactly, or not at all. */
@Injectable()
export class AnswerFromTables {
  constructor(private readonly attached: AttachedTables) {}

  /** @returns the answer, which cites from `draft` on; null where the question is not one about a table. */
  async execute(
    workspaceId: string,
    tables: readonly AttachedTable[],
    question: string,
    draft: AnswerDraft,
  ): Promise<string | null> {
    const open = named(await this.attached.open(workspaceId, tables));
    const read = readTableQuestion(question, open);
    if (read.kind === 'other') return null;
    if (read.kind === 'understood') return this.#answer(read.question, draft);
    // "How many days may I keep a bike?" is answered by a page, although there is a table of bikes.
    const [best] = draft.sources;
    return draft.supported && best && best.rowId === undefined ? null : NOT_UNDERSTOOD;
  }

  async #answer(question: PlainQuestion<NamedTable>, draft: AnswerDraft): Promise<string> {
    const { table, filter, aggregate, sentence } = question;
    const which = filter === undefined ? {} : { filter };
    if (!aggregate) return this.#list(question, draft);
    const { rows } = await this.attached.query(table, {
      ...which,
      aggregates: [{ ...aggregate, as: 'value' }],
    });
    const value = printValue(rows[0]?.['value']);
    const text =
      value === '' ? `No record fits: ${sentence.replace('{}', 'unknown')}` : sentence.replace('{}', value);
    return `${text.replace(/\.$/, '')} [${this.#cite(table, text, draft)}].`;
  }

  async #list({ table, filter, sentence }: PlainQuestion<NamedTable>, draft: AnswerDraft): Promise<string> {
    const which = filter === undefined ? {} : { filter };
    const records = await this.attached.list(table, { ...which, limit: MOST_LISTED + 1 });
    if (records.length === 0) {
      const text = `${sentence.replace(/:$/, '')}: there are none.`;
      return `${text.replace(/\.$/, '')} [${this.#cite(table, text, draft)}].`;
    }
    const lines = records.slice(0, MOST_LISTED).map((record) => {
      const text = this.attached.print(table, record);
      return `- ${text.replaceAll('\n', '; ')} [${this.#cite(table, text, draft, record.id)}]`;
    });
    const more = records.length > MOST_LISTED ? [`These are the first ${MOST_LISTED}; there are more.`] : [];
    return [sentence, ...lines, ...more].join('\n');
  }

  /** @returns the number to cite it by. */
  #cite(table: NamedTable, text: string, { sources }: AnswerDraft, rowId?: string): number {
    return cited(table, sources, text, rowId).index;
  }
}
