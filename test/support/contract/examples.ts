import type { JsonSchemas } from './json-schemas.js';
import type { JsonSchema } from './open-api.types.js';

/** What readers show for these by themselves is as good as anything. */
const EXAMPLE_OF_FORMAT: Readonly<Record<string, string>> = {
  uuid: '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a',
  'date-time': '2026-01-31T12:00:00.000Z',
};

/** An example of a body, and which fields have none. */
export interface ComposedExample {
  readonly value: unknown;
  readonly missing: readonly string[];
}

/** Puts together what a reader of the document is shown: the examples of all fields. */
export function composedExample(schemas: JsonSchemas, schema: JsonSchema, path = ''): ComposedExample {
  const resolved = schemas.resolved(schema);
  const own = schema.example ?? resolved.example ?? resolved.default ?? resolved.enum?.[0];
  if (own !== undefined) return { value: own, missing: [] };
  const byFormat = EXAMPLE_OF_FORMAT[resolved.format ?? ''];
  if (byFormat) return { value: byFormat, missing: [] };
  if (resolved.type === 'boolean') return { value: true, missing: [] };
  if (resolved.items) {
    const { value, missing } = composedExample(schemas, resolved.items, `${path}[]`);
    return { value: [value], missing };
  }
  if (!resolved.properties) return { value: undefined, missing: [path || '(the whole)'] };
  const fields = Object.entries(resolved.properties).map(
    ([name, property]) =>
      [name, composedExample(schemas, property, path ? `${path}.${name}` : name)] as const,
  );
  return {
    value: Object.fromEntries(fields.map(([name, { value }]) => [name, value])),
    missing: fields.flatMap(([, { missing }]) => missing),
  };
}
