import type { OpenAPIObject } from '@nestjs/swagger';
import { describeBody } from './describe-bodies.js';
import { describeFailures } from './describe-failures.js';
import { describeHeaders, nameHeaders } from './describe-headers.js';
import { NamedSchemas, type RouteOperation, routesOf, takeNote } from './document-parts.js';
import { tidySchemas } from './tidy-schemas.js';

/** Where `Topic` leaves what the routes of a controller are about. */
export const TOPIC_NOTE = 'x-topic';

/** Adds what routes have in common, so that no controller has to say it: failures, headers, closed bodies, topics. */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  const schemas = new NamedSchemas(document);
  const routes = routesOf(document);
  nameHeaders(document);
  for (const route of routes) {
    describeHeaders(route);
    describeObjects(route.operation);
    describeBody(route, schemas);
  }
  describeFailures(document, routes);
  tidySchemas(document, schemas);
  document.tags = topicsOf(routes.map(({ operation }) => operation));
  document.paths = sortedByKey(document.paths);
  if (document.components?.schemas) document.components.schemas = sortedByKey(document.components.schemas);
  return document;
}

/** So that the document stays as it is when modules change places. */
function sortedByKey<T>(items: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(items).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Objects in query strings come as `name[key]=text`. */
function describeObjects({ parameters = [] }: RouteOperation): void {
  for (const parameter of parameters) {
    if ('$ref' in parameter || parameter.in !== 'query' || !parameter.schema) continue;
    if ('type' in parameter.schema && parameter.schema.type === 'object')
      Object.assign(parameter, { style: 'deepObject', explode: true });
  }
}

function topicsOf(operations: readonly RouteOperation[]): { name: string; description: string }[] {
  const topics = new Map<string, string>();
  for (const operation of operations) {
    const topic = takeNote(operation, TOPIC_NOTE);
    const name = operation.tags?.[0];
    if (name && typeof topic === 'string') topics.set(name, topic);
  }
  return [...topics]
    .map(([name, description]) => ({ name, description }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}
