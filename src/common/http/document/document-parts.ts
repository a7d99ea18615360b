import type { OpenAPIObject } from '@nestjs/swagger';
import { speaksOpenAi } from '../openai-error.js';

type Components = NonNullable<OpenAPIObject['components']>;

export type SchemaOrReference = NonNullable<Components['schemas']>[string];
export type Schema = Exclude<SchemaOrReference, { $ref: string }>;
export type Header = NonNullable<Components['headers']>[string];
export type RouteOperation = NonNullable<OpenAPIObject['paths'][string]['get']>;
export type RouteResponse = Exclude<NonNullable<RouteOperation['responses'][string]>, { $ref: string }>;

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
/** With other methods a body has no meaning. */
const METHODS_WITH_BODY: readonly string[] = ['put', 'post', 'patch'];

/** One route in the document. */
export interface DescribedRoute {
  readonly operation: RouteOperation;
  readonly isPublic: boolean;
  readonly readsBody: boolean;
  /** Whether `IdempotencyInterceptor` acts on it. */
  readonly isIdempotent: boolean;
  /** Whether its callers are clients of OpenAI. */
  readonly speaksOpenAi: boolean;
}

export function routesOf({ paths }: OpenAPIObject): DescribedRoute[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const operation = methods[method];
      return operation ? [describedRoute(method, path, operation)] : [];
    }),
  );
}

function describedRoute(method: string, path: string, operation: RouteOperation): DescribedRoute {
  const isPublic = operation.security?.some((scheme) => Object.keys(scheme).length === 0) ?? false;
  return {
    ...{ operation, isPublic },
    readsBody: METHODS_WITH_BODY.includes(method),
    isIdempotent: method === 'post' && !isPublic && !takesForm(operation),
    speaksOpenAi: speaksOpenAi(path),
  };
}

function takesForm({ requestBody }: RouteOperation): boolean {
  return (
    requestBody !== undefined && 'content' in requestBody && 'multipart/form-data' in requestBody.content
  );
}

/** The answers of a route by their status. */
export function responsesOf({ responses }: RouteOperation): [string, RouteResponse][] {
  return Object.entries(responses).filter(
    (entry): entry is [string, RouteResponse] => entry[1] !== undefined && !('$ref' in entry[1]),
  );
}

/** What a decorator left at an operation for the document to be completed with; it is not published. */
export function takeNote(operation: RouteOperation, name: `x-${string}`): unknown {
  const value: unknown = Reflect.get(operation, name);
  Reflect.deleteProperty(operation, name);
  return value;
}

/** The schemas of a document by their names. */
export class NamedSchemas {
  constructor(private readonly document: OpenAPIObject) {}

  /** Those that are no mere references. */
  get all(): Schema[] {
    return Object.values(this.document.components?.schemas ?? {}).filter(
      (one): one is Schema => !('$ref' in one),
    );
  }

  /** The schema itself, where it is a reference or wraps nothing but one. */
  resolved(schema: SchemaOrReference): Schema {
    const [only, ...others] = '$ref' in schema ? [schema] : (schema.allOf ?? []);
    if (!only || others.length > 0) return schema as Schema;
    return this.resolved('$ref' in only ? this.#named(only.$ref) : only);
  }

  #named(reference: string): SchemaOrReference {
    const schema = this.document.components?.schemas?.[reference.split('/').at(-1) ?? ''];
    if (!schema) throw new Error(`The document names ${reference}, which it does not have.`);
    return schema;
  }
}
