import type { DescribedRoute, NamedSchemas, SchemaOrReference } from './document-parts.js';

/** Says of what a route takes whether it takes anything else, and shows a body that can be sent as it is. */
export function describeBody({ operation, speaksOpenAi }: DescribedRoute, schemas: NamedSchemas): void {
  const { requestBody } = operation;
  if (!requestBody || '$ref' in requestBody) return;
  for (const media of Object.values(requestBody.content)) {
    if (!media.schema) continue;
    mark(media.schema, schemas, speaksOpenAi);
    const example = exampleOf(media.schema, schemas);
    if (example !== undefined) media.example = example;
  }
}

/** At any depth an unknown field is an error, or passed over. */
function mark(schema: SchemaOrReference, schemas: NamedSchemas, isOpen: boolean): void {
  const { properties, items, additionalProperties } = schemas.resolved(schema);
  if (items) mark(items, schemas, isOpen);
  if (!properties || additionalProperties !== undefined) return;
  schemas.resolved(schema).additionalProperties = isOpen;
  Object.values(properties).forEach((property) => {
    mark(property, schemas, isOpen);
  });
}

/** Made of the examples of the fields; one that has none is left out, and so is a list unless it is required. */
function exampleOf(schema: SchemaOrReference, schemas: NamedSchemas): unknown {
  const { properties, required = [], ...resolved } = schemas.resolved(schema);
  const example: unknown = 'example' in schema ? schema.example : resolved.example;
  if (example !== undefined || !properties) return example;
  const fields = Object.entries(properties)
    .map(([name, property]) => {
      const { items } = required.includes(name) ? schemas.resolved(property) : {};
      const item = items && exampleOf(items, schemas);
      return [name, exampleOf(property, schemas) ?? (item === undefined ? undefined : [item])] as const;
    })
    .filter(([, value]) => value !== undefined);
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}
