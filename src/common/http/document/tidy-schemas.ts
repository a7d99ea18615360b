import type { OpenAPIObject } from '@nestjs/swagger';
import type { NamedSchemas, Schema, SchemaOrReference } from './document-parts.js';

/** Says in a way that every reader of OpenAPI 3.0 understands what Nest says in its own. */
export function tidySchemas(document: OpenAPIObject, schemas: NamedSchemas): void {
  for (const { properties = {} } of schemas.all) {
    for (const [name, property] of Object.entries(properties)) properties[name] = tidied(property, schemas);
  }
  dropUnused(document);
}

function tidied(schema: SchemaOrReference, schemas: NamedSchemas): SchemaOrReference {
  if ('$ref' in schema || schema.allOf?.length !== 1) return schema;
  const { allOf, ...own } = schema;
  if (own.nullable) return writtenOut(schema, schemas);
  return Object.keys(own).length === 0 && allOf[0] ? allOf[0] : schema;
}

/** There is no way to say "this class or null": null would have to fit the class, too. */
function writtenOut({ allOf, ...own }: Schema, schemas: NamedSchemas): Schema {
  return { ...schemas.resolved({ allOf }), ...own };
}

function dropUnused(document: OpenAPIObject): void {
  const text = JSON.stringify(document);
  const named = document.components?.schemas ?? {};
  for (const name of Object.keys(named)) {
    if (!text.includes(`"#/components/schemas/${name}"`)) Reflect.deleteProperty(named, name);
  }
}
