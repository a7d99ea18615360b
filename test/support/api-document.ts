/** The part of a JSON schema that the API document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly minItems?: number;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly nullable?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly [kind: string]: object;
  };
}

/** One route as the API document describes it. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly pathParameters: readonly string[];
  readonly query: Readonly<Record<string, Schema>>;
  /** Without references. */
  readonly body?: Schema;
  readonly isPublic: boolean;
  readonly statuses: readonly number[];
}

/** What a running server says about its routes. */
export class ApiDocument {
  private constructor(private readonly document: Document) {}

  static async of(baseUrl: string): Promise<ApiDocument> {
    const response = await fetch(`${baseUrl}/openapi.json`);
    return new ApiDocument((await response.json()) as Document);
  }

  get operations(): Operation[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => this.#operation(path, method, operation)),
    );
  }

  operation(id: string): Operation {
    const found = this.operations.find((operation) => operation.id === id);
    if (!found) throw new Error(`There is no operation ${id}.`);
    return found;
  }

  /** Those that fail with problems, and refuse what they do not know. Clients of OpenAI meet other manners. */
  get ownOperations(): Operation[] {
    return this.operations.filter(({ path }) => !path.startsWith('/openai/'));
  }

  /** References in the document that lead nowhere. */
  get brokenReferences(): string[] {
    const names = new Set(
      Object.entries(this.document.components).flatMap(([kind, components]) =>
        Object.keys(components).map((name) => `#/components/${kind}/${name}`),
      ),
    );
    const used = [...JSON.stringify(this.document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, to = '']) => to);
    return [...new Set(used)].filter((to) => !names.has(to));
  }

  #operation(path: string, method: string, operation: DocumentedOperation): Operation {
    const parameters = operation.parameters ?? [];
    const schema = operation.requestBody?.content['application/json']?.schema;
    return {
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      pathParameters: parameters.filter((one) => one.in === 'path').map(({ name }) => name),
      query: Object.fromEntries(
        parameters.filter((one) => one.in === 'query').map((one) => [one.name, this.#resolved(one.schema)]),
      ),
      ...(schema ? { body: this.#resolved(schema) } : {}),
      isPublic: operation.security?.some((scheme) => Object.keys(scheme).length === 0) ?? false,
      statuses: Object.keys(operation.responses).map(Number),
    };
  }

  #resolved(schema: Schema): Schema {
    const target = schema.$ref
      ? this.document.components.schemas[schema.$ref.split('/').at(-1) ?? '']
      : schema;
    if (!target) throw new Error(`${schema.$ref ?? ''} leads nowhere.`);
    const merged = (target.allOf ?? []).reduce<Schema>(
      (all, part) => ({ ...this.#resolved(part), ...all }),
      target,
    );
    return {
      ...merged,
      ...(merged.items ? { items: this.#resolved(merged.items) } : {}),
      ...(merged.properties
        ? {
            properties: Object.fromEntries(
              Object.entries(merged.properties).map(([name, property]) => [name, this.#resolved(property)]),
            ),
          }
        : {}),
    };
  }
}

/** The path with its parameters filled in. */
export function pathWith(path: string, values: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? name);
}
