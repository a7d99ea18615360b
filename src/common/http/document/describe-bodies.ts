import type { DescribedRoute, NamedSchemas, SchemaOrReference } from './document-parts.js';

/** Says of what a route takes that it takes nothing else, and shows a body that can be sent as it is. */
export function describeBody({ operation }: DescribedRoute, schemas: NamedSchemas): void {
  const { requestBody } = operation;
  if (!requestBody || '$ref' in requestBody) return;
  for (const media of Object.values(requestBody.content)) {
    if (!media.schema) continue;
    close(media.schema, schemas);
    const example = exampleOf(media.schema, schemas);
    if (example !== undefined) media.example = example;
  }
}

/** An unknown field is an error, at any depth. */
function close(schema: SchemaOrReference, schemas: NamedSchemas): void {
  const { properties, items, additionalProperties } = schemas.resolved(schema);
  if (items) close(items, schemas);
  if (!properties || additionalProperties !== undefined) return;
  schemas.resolved(schema).additionalProperties = false;
  Object.values(properties).forEach((property) => {
    close(property, schemas);
  });
}

/** Made of the examples of the fields; a field that has none is left out. */
function exampleOf(schema: SchemaOrReference, schemas: NamedSchemas): unknown {
  const { properties, ...resolved } = schemas.resolved(schema);
  const example: unknown = 'example' in schema ? schema.example : resolved.example;
  if (example !== undefined || !properties) return example;
  const fields = Object.entries(properties)
    .map(([name, property]) => [name, exampleOf(property, schemas)] as const)
    .filter(([, value]) => value !== undefined);
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}
