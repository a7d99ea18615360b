import { createHash } from 'node:crypto';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { newId } from '#common/database';
import type { Field, TableRecord } from '#modules/tables';
import { embeddingTextOf, INDEX_VERSION, lexemesOf } from '../retrieval/lexical-index.js';
import { printRow } from '../table/print-row.js';
import type { IndexedRow, StoredRow } from '../table/row-passages.repository.js';
import type { TableView } from '../table/table.types.js';

/** A passage takes a third of a millisecond. */
const ROWS_A_TURN = 16;

/** How the records of a source are printed. */
export interface RowPrint {
  /** Of the source; found together with each of its records. */
  readonly title: string;
  readonly fields: readonly Field[];
  readonly view: TableView;
}

/** What is to be done with the passages of some records. */
export interface RowChanges {
  /** New passages, and new versions of those that there are. */
  readonly put: readonly IndexedRow[];
  /** Ids of passages whose records are gone, or say nothing any more. */
  readonly removed: readonly string[];
  readonly added: number;
  readonly unchanged: number;
}

/** Compares records with the passages that there are of them. */
@Injectable()
export class IndexRows {
  async execute(
    print: RowPrint,
    records: readonly TableRecord[],
    stored: readonly StoredRow[],
  ): Promise<RowChanges> {
    const known = new Map(stored.map((row) => [row.recordId, row]));
    const put: IndexedRow[] = [];
    let unchanged = 0;
    let added = 0;
    for (const [index, { id: recordId, fields }] of records.entries()) {
      if (index > 0 && index % ROWS_A_TURN === 0) await letOthersRun();
      const text = printRow(print.fields, fields, print.view);
      if (text === '') continue;
      const before = known.get(recordId);
      known.delete(recordId);
      const contentHash = hashOf(print.title, text);
      if (before?.contentHash === contentHash) {
        unchanged += 1;
        continue;
      }
      if (!before) added += 1;
      put.push(indexed(print.title, { id: before?.id ?? newId(), recordId, contentHash }, text));
    }
    return { put, removed: [...known.values()].map(({ id }) => id), added, unchanged };
  }
}

function hashOf(title: string, text: string): string {
  return createHash('sha256')
    .update(JSON.stringify([INDEX_VERSION, title, text]))
    .digest('hex');
}

function indexed(title: string, row: StoredRow, text: string): IndexedRow {
  const passage = { title, headingPath: [], text };
  const { tsvector: lexemes, count: lexemeCount } = lexemesOf(passage);
  return { ...row, text, language: null, lexemes, lexemeCount, embeddingText: embeddingTextOf(passage) };
}
