import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { INSTANT_FORMAT } from '../instant-format.js';
import type { JsonSchema, OpenApiDocument } from './open-api.types.js';

const DOCUMENT = 'document';
const SHOWN_FAULTS = 5;

/** Compares values with the schemas of a document. Fields that no schema names count as wrong: they may be a leak. */
export class JsonSchemas {
  readonly #ajv = new Ajv({ strict: false, allErrors: true });
  readonly #validators = new Map<JsonSchema, ValidateFunction>();

  constructor(private readonly document: OpenApiDocument) {
    addFormats.default(this.#ajv);
    this.#ajv.addFormat('date-time', INSTANT_FORMAT);
    const schemas = Object.entries(document.components.schemas).map(([name, schema]) => [
      name,
      closed(schema),
    ]);
    this.#ajv.addSchema({ $id: DOCUMENT, components: { schemas: Object.fromEntries(schemas) as unknown } });
  }

  /** What is wrong with a value; empty when it fits. */
  faultsOf(schema: JsonSchema, value: unknown): string[] {
    const validate = this.#validators.get(schema) ?? this.#ajv.compile(closed(schema));
    this.#validators.set(schema, validate);
    if (validate(value)) return [];
    return (validate.errors ?? [])
      .slice(0, SHOWN_FAULTS)
      .map(({ instancePath, message = '', params }) =>
        `${instancePath} ${message} ${JSON.stringify(params)}`.trim(),
      );
  }

  /** The schema itself, where it is a reference or wraps nothing but one. */
  resolved(schema: JsonSchema): JsonSchema {
    const only = schema.$ref === undefined && schema.allOf?.length === 1 ? schema.allOf[0] : schema;
    if (only?.$ref === undefined) return only ?? schema;
    const target = this.document.components.schemas[only.$ref.split('/').at(-1) ?? ''];
    if (!target) throw new Error(`${only.$ref} leads nowhere.`);
    return this.resolved(target);
  }
}

/** A part of several says nothing about the fields of the others, so it stays open. */
function closed(schema: JsonSchema, isPart = false): JsonSchema {
  const { $ref, allOf, oneOf, items, properties, additionalProperties } = schema;
  return {
    ...schema,
    ...($ref?.startsWith('#/') ? { $ref: `${DOCUMENT}${$ref}` } : {}),
    ...(allOf ? { allOf: allOf.map((part) => closed(part, allOf.length > 1)) } : {}),
    ...(oneOf ? { oneOf: oneOf.map((one) => closed(one)) } : {}),
    ...(items ? { items: closed(items) } : {}),
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, property]) => [name, closed(property)]),
          ),
          ...(additionalProperties === undefined && !isPart ? { additionalProperties: false } : {}),
        }
      : {}),
  };
}
