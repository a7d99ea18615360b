import { NOT_PREPARED } from '#common/database';
import { storageOf } from '../storage/names.js';
import type { FieldType, FieldValue, HostedTable } from '../tables.types.js';
import { decodeValue, FIELD_KINDS } from '../values/field-kinds.js';
import type { Aggregate, AggregateRequest, GroupKey, RecordsQuestion } from './aggregate.types.js';
import { columnOf, conditionOf, type Fragment, refuse } from './conditions.js';
import { recordsWhere } from './page-statement.js';

const USUAL_GROUPS = 100;
const MAX_GROUPS = 1_000;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;

/** A column of the answer. */
interface AnswerColumn {
  readonly name: string;
  readonly sql: string;
  readonly type: FieldType;
  readonly isGroup: boolean;
}

/** The statement that answers a question, and how its rows are read. */
export interface AggregateStatement extends Fragment {
  readonly limit: number;
  read(row: Readonly<Record<string, string | null>>): Readonly<Record<string, FieldValue>>;
}

/** @throws InvalidFields */
export function aggregateStatement(table: HostedTable, question: RecordsQuestion): AggregateStatement {
  const groups = (question.groupBy ?? []).map((key, index) =>
    groupOf(table, key, `groupBy.${String(index)}`),
  );
  const asked = question.aggregates ?? [{ op: 'count' }];
  const sums = asked.map((one, index) => aggregateOf(table, one, `aggregates.${String(index)}`));
  const columns = [...groups, ...sums];
  const twice = columns.find(({ name }, index) => columns.findIndex((other) => other.name === name) < index);
  if (twice) refuse('aggregates', `has two columns called ${twice.name}; see as`);
  const limit = Math.min(question.limit ?? USUAL_GROUPS, MAX_GROUPS);
  const where = recordsWhere(table, {
    where: question.filter === undefined ? null : conditionOf(table, question.filter),
    search: question.search ?? null,
  });
  const positions = groups.map((_, index) => String(index + 1)).join(', ');
  const order = orderOf(columns, question, positions);
  const inner = `select ${columns.map(({ sql }, index) => `${sql} as c${String(index)}`).join(', ')}
    from ${storageOf(table.id)} r where ${where.sql}${positions ? ` group by ${positions}` : ''}${order} limit ?`;
  const shown = columns.map(
    ({ type }, index) => `${FIELD_KINDS[type].text(`a.c${String(index)}`)} as c${String(index)}`,
  );
  return {
    sql: `${NOT_PREPARED}select ${shown.join(', ')} from (${inner}) a`,
    params: [...where.params, limit + 1],
    limit,
    read: (row) =>
      Object.fromEntries(
        columns.map(({ name, type }, index) => [name, decodeValue(type, row[`c${String(index)}`] ?? null)]),
      ),
  };
}

function groupOf(table: HostedTable, { field, per }: GroupKey, path: string): AnswerColumn {
  const column = columnOf(table, field, `${path}.field`);
  if (!FIELD_KINDS[column.type].isKey) refuse(`${path}.field`, `${field} cannot be grouped by`);
  const name = `r.${column.column}`;
  if (per === undefined) return { name: field, sql: name, type: column.type, isGroup: true };
  if (column.type === 'date')
    return { name: field, sql: `date_trunc('${per}', ${name})::date`, type: 'date', isGroup: true };
  if (column.type !== 'datetime') refuse(`${path}.per`, 'is for dates and times');
  return { name: field, sql: `date_trunc('${per}', ${name}, 'UTC')`, type: 'datetime', isGroup: true };
}

const COUNTS: readonly Aggregate[] = ['count', 'count_distinct'];

function aggregateOf(table: HostedTable, { op, field, as }: AggregateRequest, path: string): AnswerColumn {
  const name = as ?? (field === undefined ? op : `${op}_${field}`);
  if (!NAME.test(name) || name in Object.prototype) refuse(`${path}.as`, 'must be letters, digits and _');
  if (field === undefined) {
    if (op !== 'count') refuse(`${path}.field`, 'is required');
    return { name, sql: 'count(*)', type: 'number', isGroup: false };
  }
  const column = columnOf(table, field, `${path}.field`);
  const isNumber = column.type === 'number';
  if ((op === 'sum' || op === 'avg') && !isNumber) refuse(`${path}.field`, `${field} is no number`);
  const isOrdered = FIELD_KINDS[column.type].operators.includes('lt');
  if ((op === 'min' || op === 'max') && !isOrdered) refuse(`${path}.field`, `${field} has no order`);
  if (op === 'count_distinct' && !FIELD_KINDS[column.type].isKey)
    refuse(`${path}.field`, `${field} cannot be compared`);
  const of = `r.${column.column}`;
  const sql = op === 'count_distinct' ? `count(distinct ${of})` : `${op}(${of})`;
  return { name, sql, type: COUNTS.includes(op) ? 'number' : column.type, isGroup: false };
}

/** Without a wish, by the groups, so that the same question has the same answer. */
function orderOf(
  columns: readonly AnswerColumn[],
  { orderBy = [] }: RecordsQuestion,
  groups: string,
): string {
  const wished = orderBy.map(({ by, direction }, index) => {
    const position = columns.findIndex(({ name }) => name === by);
    if (position < 0)
      refuse(`orderBy.${String(index)}.by`, `must be one of ${columns.map(({ name }) => name).join(', ')}`);
    return `${String(position + 1)}${direction === 'desc' ? ' desc nulls last' : ''}`;
  });
  const order = [...wished, ...(groups ? [groups] : [])].join(', ');
  return order ? ` order by ${order}` : '';
}
