import { MAX_DEPTH, refuse } from './conditions.js';
import { OPERATORS } from './filter.types.js';

/** Checks what of a filter can be told without a table: whether it is one at all. @throws InvalidFields */
export function assertFilterShape(filter: unknown, path: string, depth = 0): void {
  if (depth > MAX_DEPTH) refuse(path, `is nested more than ${String(MAX_DEPTH)} levels deep`);
  if (typeof filter !== 'object' || filter === null) refuse(path, 'must be a filter');
  const node = filter as Readonly<Record<string, unknown>>;
  switch (Object.keys(node).sort().join()) {
    case 'and':
      assertAll(node['and'], `${path}.and`, depth);
      return;
    case 'or':
      assertAll(node['or'], `${path}.or`, depth);
      return;
    case 'not':
      assertFilterShape(node['not'], `${path}.not`, depth + 1);
      return;
    case 'field,op':
    case 'field,op,value':
      if (typeof node['field'] !== 'string') refuse(`${path}.field`, 'must be the key of a field');
      if (!OPERATORS.some((operator) => operator === node['op']))
        refuse(`${path}.op`, `must be one of ${OPERATORS.join(', ')}`);
      return;
    default:
      refuse(path, 'must be {and}, {or}, {not} or {field, op, value}');
  }
}

function assertAll(parts: unknown, path: string, depth: number): void {
  if (!Array.isArray(parts) || parts.length === 0) refuse(path, 'must be a list of filters');
  parts.forEach((part, index) => {
    assertFilterShape(part, `${path}.${String(index)}`, depth + 1);
  });
}
