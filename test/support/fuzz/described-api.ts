/** What the generator reads of a JSON schema. */
export interface FuzzSchema {
  readonly $ref?: string;
  readonly allOf?: readonly FuzzSchema[];
  readonly anyOf?: readonly FuzzSchema[];
  readonly oneOf?: readonly FuzzSchema[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly nullable?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: FuzzSchema;
  readonly properties?: Readonly<Record<string, FuzzSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | FuzzSchema;
}

export interface DescribedParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: FuzzSchema;
}

interface Media {
  readonly schema?: FuzzSchema;
  /** Of a stream: its events by name, each with a reference to the schema of its data. */
  readonly 'x-events'?: Readonly<Record<string, string>>;
}

interface Content {
  /** In place of all else, where several routes have the same. */
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Media>>;
}

interface RawOperation {
  readonly operationId: string;
  readonly parameters?: readonly DescribedParameter[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, Content>>;
}

/** An OpenAPI document, as far as it is read here. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, FuzzSchema>>;
    readonly responses?: Readonly<Record<string, Content>>;
  };
}

/** One route as the document describes it. */
export interface DescribedOperation {
  readonly id: string;
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly parameters: readonly DescribedParameter[];
  readonly body?: FuzzSchema;
  /** Whether it takes a form, which is not made here. */
  readonly takesForm: boolean;
  readonly isPublic: boolean;
  readonly responses: Readonly<Record<string, Content>>;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

/** What a running server says of itself. */
export class DescribedApi {
  readonly operations: readonly DescribedOperation[];

  constructor(readonly document: OpenApiDocument) {
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method]) => METHODS.includes(method))
        .map(([method, operation]) => describe(path, method, operation)),
    );
  }

  static async of(baseUrl: string): Promise<DescribedApi> {
    const response = await fetch(`${baseUrl}/openapi.json`);
    return new DescribedApi(withOwnResponses((await response.json()) as OpenApiDocument));
  }

  /** The operation that a request meets, as the router reads its path: in any case, with or without a last slash. */
  operationAt(method: string, target: string): DescribedOperation | undefined {
    const path = (target.split(/[?#]/, 1)[0] ?? '').replace(/(?<=.)\/$/, '');
    const asked = method === 'HEAD' ? 'GET' : method;
    return this.operations.find((one) => one.method === asked && matcherOf(one.path).test(path));
  }

  /** The schema with its reference followed and its parts put together. */
  resolved(schema: FuzzSchema): FuzzSchema {
    if (schema.$ref !== undefined) {
      const { $ref, ...own } = schema;
      const target = this.document.components.schemas[$ref.split('/').at(-1) ?? ''];
      if (!target) throw new Error(`${$ref} leads nowhere.`);
      return { ...this.resolved(target), ...own };
    }
    const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? schema.oneOf ?? [])].filter(
      ({ type }) => type !== 'null',
    );
    if (parts.length === 0) return schema;
    const { allOf, anyOf, oneOf, ...own } = schema;
    return parts.reduce<FuzzSchema>((merged, part) => ({ ...this.resolved(part), ...merged }), own);
  }
}

/** The document with each response where it is answered, and not under a name that routes refer to. */
function withOwnResponses(document: OpenApiDocument): OpenApiDocument {
  const named = document.components.responses ?? {};
  const own = (response: Content): Content => named[response.$ref?.split('/').at(-1) ?? ''] ?? response;
  const paths = mapped(document.paths, (methods) =>
    mapped(methods, (operation) => ({ ...operation, responses: mapped(operation.responses, own) })),
  );
  return { ...document, paths };
}

function mapped<From, To>(
  values: Readonly<Record<string, From>>,
  to: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, to(value)]));
}

function describe(path: string, method: string, operation: RawOperation): DescribedOperation {
  const { operationId, parameters = [], requestBody, security = [], responses } = operation;
  const body = requestBody?.content?.['application/json']?.schema;
  return {
    id: operationId,
    method: method.toUpperCase(),
    ...{ path, parameters, responses },
    ...(body ? { body } : {}),
    takesForm: requestBody?.content?.['multipart/form-data'] !== undefined,
    isPublic: security.some((scheme) => Object.keys(scheme).length === 0),
  };
}

const matchers = new Map<string, RegExp>();

function matcherOf(template: string): RegExp {
  const known = matchers.get(template);
  if (known) return known;
  const matcher = new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`, 'i');
  matchers.set(template, matcher);
  return matcher;
}

/** The type that a value should have; `null` beside it is told by `takesNull`. */
export function typeOf(schema: FuzzSchema): string {
  const type = [schema.type].flat().find((one) => one !== undefined && one !== 'null');
  return type ?? (schema.properties ? 'object' : schema.enum ? 'string' : 'any');
}

export function takesNull(schema: FuzzSchema): boolean {
  return schema.nullable === true || [schema.type].flat().includes('null');
}
