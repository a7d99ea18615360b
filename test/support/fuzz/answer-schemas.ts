import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { INSTANT_FORMAT } from '../instant-format.js';
import type { DescribedOperation, OpenApiDocument } from './described-api.js';

const DOCUMENT = 'https://api.test.example/document';

/** Compares bodies with the schemas of the document. Fields that no schema names count as wrong. */
export class AnswerSchemas {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: OpenApiDocument) {
    addFormats.default(this.#ajv);
    this.#ajv.addFormat('date-time', INSTANT_FORMAT);
    this.#ajv.addSchema({ ...(asJsonSchema(document) as object), $id: DOCUMENT });
  }

  /** What is wrong with a body that an operation answered. */
  faultsOfAnswer(
    { path, method }: DescribedOperation,
    status: string,
    mediaType: string,
    body: unknown,
  ): string[] {
    return this.#faults(
      ['paths', path, method.toLowerCase(), 'responses', status, 'content', mediaType, 'schema'],
      body,
    );
  }

  /** What is wrong with a body that an operation was sent, formats aside. */
  faultsOfRequest({ path, method }: DescribedOperation, body: unknown): string[] {
    const where = [
      'paths',
      path,
      method.toLowerCase(),
      'requestBody',
      'content',
      'application/json',
      'schema',
    ];
    return this.#faults(where, body).filter((fault) => !fault.includes('must match format'));
  }

  /** What is wrong with a value that should fit a named schema. */
  faultsOfNamed(name: string, value: unknown): string[] {
    return this.#faults(['components', 'schemas', name], value);
  }

  #faults(where: readonly string[], value: unknown): string[] {
    const validate = this.#validatorAt(where);
    if (validate(value)) return [];
    return (validate.errors ?? [])
      .slice(0, 5)
      .map(
        ({ instancePath, message = '', params }) =>
          `${instancePath} ${message} ${JSON.stringify(params).slice(0, 200)}`,
      );
  }

  #validatorAt(where: readonly string[]): ValidateFunction {
    const pointer = where
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const known = this.#validators.get(pointer);
    if (known) return known;
    const validator = this.#ajv.compile({ $ref: `${DOCUMENT}#/${pointer}` });
    this.#validators.set(pointer, validator);
    return validator;
  }
}

/** OpenAPI 3.0 says `nullable` where JSON Schema says `null`; and objects are closed unless the document opens them. */
function asJsonSchema(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(asJsonSchema);
  if (typeof part !== 'object' || part === null) return part;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(part).map(([name, value]) => [name, asJsonSchema(value)]),
  );
  const isOpen = rest['additionalProperties'] !== undefined || !isSchemaOfObject(rest);
  const schema = isOpen ? rest : { ...rest, unevaluatedProperties: false };
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

function isSchemaOfObject({ properties, type }: Record<string, unknown>): boolean {
  return type === 'object' && typeof properties === 'object';
}
