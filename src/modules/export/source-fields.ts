import { type FieldProblem, InvalidFields } from '#common/errors';
import type { ExportSource, SourceWish } from './export-source.js';

/** Refuses what means nothing to a source, so that nobody thinks that it was heeded. @throws InvalidFields */
export function assertMeant({ resource, filterFields }: ExportSource, wish: SourceWish): void {
  const { tableId, recordFilter, filter = {} } = wish;
  const problems: FieldProblem[] = [];
  if (resource === 'table' && tableId === undefined)
    problems.push({ path: 'tableId', message: 'says which table, and is needed' });
  if (resource !== 'table' && tableId !== undefined)
    problems.push({ path: 'tableId', message: 'is for the resource table only' });
  if (resource !== 'table' && recordFilter !== undefined)
    problems.push({ path: 'recordFilter', message: 'is for the resource table only' });
  for (const [field, value] of Object.entries(filter)) {
    const isMeant = filterFields === 'all' || (filterFields as readonly string[]).includes(field);
    if (value !== undefined && !isMeant)
      problems.push({ path: `filter.${field}`, message: `is not for the resource ${resource}` });
  }
  if (problems.length > 0) throw new InvalidFields(problems);
}
