import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { CsvMapping, FoundLine, ImportedMessage } from '../conversation-import.types.js';
import { MAX_MESSAGES } from '../conversation-import.types.js';
import { LineRefused, textIn, timeIn } from './fields.js';

const MAX_ROW_CHARACTERS = 1_000_000;
const ROLES: Readonly<Record<string, ImportedMessage['role'] | 'system'>> = {
  ...{ user: 'user', visitor: 'user', customer: 'user', human: 'user', client: 'user', question: 'user' },
  ...{ assistant: 'assistant', bot: 'assistant', agent: 'assistant', ai: 'assistant', answer: 'assistant' },
  ...{ tool: 'tool', system: 'system' },
};

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A table cannot be read with these columns. */
export class TableUnreadable extends Error {}

/** Reads a table with a row for each message; those of one conversation follow each other. */
export async function* csvRows(
  bytes: AsyncIterable<Uint8Array>,
  mapping: CsvMapping,
): AsyncGenerator<FoundLine> {
  let columns: Columns | undefined;
  let group: Row[] = [];
  for await (const row of rowsOf(bytes, mapping.delimiter)) {
    if (!columns) {
      columns = columnsIn(row.cells, mapping);
      continue;
    }
    const key = row.cells[columns.conversation];
    const last = group.at(-1);
    if (last && last.cells[columns.conversation] !== key) {
      yield conversationOf(group, columns);
      group = [];
    }
    group.push(row);
    if (group.length > MAX_MESSAGES) throw new TableUnreadable('A conversation has too many rows.');
  }
  if (columns && group.length > 0) yield conversationOf(group, columns);
}

interface Columns {
  readonly conversation: number;
  readonly role: number;
  readonly content: number;
  readonly time: number;
  readonly user: number;
}

/** Columns that nobody has named are looked for under their usual names. */
function columnsIn(header: readonly string[], mapping: CsvMapping): Columns {
  const names = header.map((name) => name.replace(/^\ufeff/, '').trim());
  const find = (wanted: string | undefined, usual: readonly string[], isNeeded: boolean): number => {
    const at =
      wanted === undefined
        ? names.findIndex((name) => usual.includes(name.toLowerCase().replaceAll(/[ _-]/g, '')))
        : names.indexOf(wanted);
    if (at < 0 && (isNeeded || wanted !== undefined))
      throw new TableUnreadable(`There is no column ${wanted ?? usual[0] ?? ''}.`);
    return at;
  };
  return {
    conversation: find(
      mapping.conversationColumn,
      ['conversationid', 'conversation', 'chatid', 'sessionid', 'threadid'],
      true,
    ),
    role: find(mapping.roleColumn, ['role', 'sender', 'author', 'from'], true),
    content: find(mapping.contentColumn, ['content', 'message', 'text', 'body'], true),
    time: find(mapping.timeColumn, ['createdat', 'time', 'timestamp', 'date', 'sentat'], false),
    user: find(mapping.userColumn, ['externaluserid', 'userid', 'user', 'customerid'], false),
  };
}

/** Known by its last line: until then it is not done with. */
function conversationOf(rows: readonly Row[], columns: Columns): FoundLine {
  const line = rows.at(-1)?.line ?? 0;
  try {
    const key = textIn(rows[0]?.cells[columns.conversation] ?? '', 'conversation', 500);
    if (key === '') throw new LineRefused('conversation is empty');
    const user = rows.find(({ cells }) => (cells[columns.user] ?? '') !== '')?.cells[columns.user];
    const messages = rows.flatMap(({ cells }) => messageOf(cells, columns));
    return {
      line,
      conversation: {
        sourceKey: createHash('sha256').update(key).digest('hex'),
        externalUserId: user === undefined ? null : textIn(user, 'user', 200),
        ...(messages[0]?.createdAt ? { createdAt: messages[0].createdAt } : {}),
        messages,
      },
    };
  } catch (error) {
    if (error instanceof LineRefused) return { line, problem: error.message };
    throw error;
  }
}

function messageOf(cells: readonly string[], columns: Columns): ImportedMessage[] {
  const role = ROLES[(cells[columns.role] ?? '').trim().toLowerCase()];
  if (role === undefined) throw new LineRefused(`role is none of ${Object.keys(ROLES).join(', ')}`);
  if (role === 'system') return [];
  const time = cells[columns.time] ?? '';
  return [
    {
      role,
      content: textIn(cells[columns.content] ?? '', 'content', MAX_ROW_CHARACTERS),
      ...(time === '' ? {} : { createdAt: timeIn(time, 'time') }),
    },
  ];
}

async function* rowsOf(bytes: AsyncIterable<Uint8Array>, delimiter = ','): AsyncGenerator<Row> {
  const parser = parse({
    ...{ delimiter, bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true },
    ...{ record_delimiter: ['\r\n', '\n', '\r'], max_record_size: MAX_ROW_CHARACTERS, info: true },
  });
  const source = Readable.from(bytes);
  source.on('error', (error) => parser.destroy(error)).pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>)
      yield { line: info.lines, cells: record };
  } catch (error) {
    throw error instanceof CsvError ? new TableUnreadable('The table has a row that cannot be read.') : error;
  } finally {
    source.destroy();
  }
}
