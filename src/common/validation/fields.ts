import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNumber,
  IsObject,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IsStorableJson, IsStorableText, IsTextMap } from './text-safety.js';

/** Common to all fields. Each decorator declares the check and the OpenAPI schema in one go, see docs/adr/0006. */
export interface FieldOptions {
  readonly description?: string;
  readonly example?: unknown;
  /** May be left out. `null` is still refused, unless `nullable`. */
  readonly optional?: boolean;
  /** May be `null`, which clears the value. */
  readonly nullable?: boolean;
}

export interface ChoiceOptions extends FieldOptions {
  /** What clients call the set, where several fields share it. */
  readonly name?: string;
}

export interface TextOptions extends FieldOptions {
  readonly min?: number;
  readonly max: number;
  readonly pattern?: RegExp;
  readonly format?: string;
}

export interface NumberOptions extends FieldOptions {
  readonly min?: number;
  readonly max?: number;
  readonly default?: number;
}

function presence({ optional, nullable }: FieldOptions): PropertyDecorator[] {
  return [
    ...(optional ? [ValidateIf((_, value) => value !== undefined)] : []),
    ...(nullable ? [ValidateIf((_, value) => value !== null && (!optional || value !== undefined))] : []),
  ];
}

function field(
  options: FieldOptions,
  schema: ApiPropertyOptions,
  ...checks: PropertyDecorator[]
): PropertyDecorator {
  const { description, example, optional, nullable } = options;
  const property = {
    ...schema,
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
    ...(nullable ? { nullable } : {}),
    required: !optional,
  } as ApiPropertyOptions;
  return applyDecorators(ApiProperty(property), ...presence(options), ...checks);
}

/** A text of limited length, blank only when `min` is 0. */
export function TextField(options: TextOptions): PropertyDecorator {
  const { min = 1, max, pattern, format } = options;
  const schema = {
    type: 'string',
    minLength: min,
    maxLength: max,
    format,
    pattern: pattern?.source,
  } as const;
  return field(
    options,
    Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined)),
    IsString(),
    Length(min, max),
    IsStorableText(),
    ...(min > 0 ? [Matches(/\S/, { message: '$property must not be blank' })] : []),
    ...(pattern ? [Matches(pattern)] : []),
  );
}

/** A list of texts. */
export function TextListField(
  options: TextOptions & { readonly maxItems: number; readonly minItems?: number },
): PropertyDecorator {
  const { min = 1, max, maxItems, minItems = 0, format } = options;
  return field(
    options,
    {
      type: 'array',
      items: { type: 'string', minLength: min, maxLength: max, ...(format ? { format } : {}) },
      ...(minItems > 0 ? { minItems } : {}),
      maxItems,
    },
    IsArray(),
    ArrayMinSize(minItems),
    ArrayMaxSize(maxItems),
    IsString({ each: true }),
    Length(min, max, { each: true }),
    IsStorableText({ each: true }),
    ...(min > 0 ? [Matches(/\S/, { each: true, message: 'each of $property must not be blank' })] : []),
  );
}

/** The id of a row. */
export function IdField(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'string', format: 'uuid' }, IsUUID());
}

/** Ids of rows, each once. */
export function IdListField(options: FieldOptions & { readonly maxItems: number }): PropertyDecorator {
  return field(
    options,
    {
      type: 'array',
      items: { type: 'string', format: 'uuid' },
      maxItems: options.maxItems,
      uniqueItems: true,
    },
    IsArray(),
    ArrayMaxSize(options.maxItems),
    ArrayUnique(),
    IsUUID(undefined, { each: true }),
  );
}

function numeric(
  options: NumberOptions,
  type: 'integer' | 'number',
  check: PropertyDecorator,
): PropertyDecorator {
  const { min, max, default: byDefault } = options;
  return field(
    options,
    {
      type,
      ...(min === undefined ? {} : { minimum: min }),
      ...(max === undefined ? {} : { maximum: max }),
      ...(byDefault === undefined ? {} : { default: byDefault }),
    },
    check,
    ...(min === undefined ? [] : [Min(min)]),
    ...(max === undefined ? [] : [Max(max)]),
  );
}

/** A whole number. */
export function IntegerField(options: NumberOptions): PropertyDecorator {
  return numeric(options, 'integer', IsInt());
}

/** A finite number. */
export function NumberField(options: NumberOptions): PropertyDecorator {
  return numeric(options, 'number', IsNumber({ allowNaN: false, allowInfinity: false }));
}

/** A whole number in a query string. */
export function IntegerQuery(options: NumberOptions): PropertyDecorator {
  const toNumber = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value,
  );
  return applyDecorators(toNumber, IntegerField(options));
}

/** A number in a query string. */
export function NumberQuery(options: NumberOptions): PropertyDecorator {
  const toNumber = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d{1,15}(\.\d{1,12})?$/.test(value) ? Number(value) : value,
  );
  return applyDecorators(toNumber, NumberField(options));
}

/** True or false. */
export function BooleanField(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'boolean' }, IsBoolean());
}

/** `true` or `false` in a query string. */
export function BooleanQuery(options: FieldOptions = {}): PropertyDecorator {
  const toBoolean = Transform(({ value }: { value: unknown }) =>
    value === 'true' ? true : value === 'false' ? false : value,
  );
  return applyDecorators(toBoolean, BooleanField(options));
}

/** One of a fixed set of words. */
export function ChoiceField(choices: readonly string[], options: ChoiceOptions = {}): PropertyDecorator {
  const { name } = options;
  return field(
    options,
    { type: 'string', enum: [...choices], ...(name ? { enumName: name } : {}) },
    IsIn([...choices], { message: `$property must be one of ${choices.join(', ')}` }),
  );
}

/** A point in time as ISO 8601 with a time zone, for example `2026-01-31T12:00:00Z`; the class holds the text. */
export function InstantField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: 'string', format: 'date-time' },
    IsISO8601({ strict: true, strictSeparator: true }),
    Matches(/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/, {
      message: '$property must be a time with a time zone, for example 2026-01-31T12:00:00Z',
    }),
  );
}

/** A list of some of a few texts, each once. */
export function ChoiceListField(choices: readonly string[], options: ChoiceOptions = {}): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      isArray: true,
      enum: [...choices],
      ...(options.name ? { enumName: options.name } : {}),
      required: !options.optional,
      uniqueItems: true,
      maxItems: choices.length,
      ...(options.example === undefined ? {} : { example: options.example }),
      ...(options.description ? { description: options.description } : {}),
    }),
    ...presence(options),
    IsArray(),
    ArrayMaxSize(choices.length),
    ArrayUnique(),
    IsIn([...choices], { each: true }),
  );
}

/** A nested object of a class with fields of its own. The document knows a lazy type by its name, `type`. */
export function ObjectField(type: () => new () => object, options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: () => type(),
      required: !options.optional,
      ...(options.description ? { description: options.description } : {}),
      ...(options.example === undefined ? {} : { example: options.example }),
      ...(options.nullable ? { nullable: true } : {}),
    }),
    ...presence(options),
    IsObject(),
    ValidateNested(),
    Type(type),
  );
}

/** A list of nested objects. */
export function ObjectListField(
  type: () => new () => object,
  options: FieldOptions & { readonly maxItems: number; readonly minItems?: number },
): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: () => type(),
      isArray: true,
      required: !options.optional,
      ...(options.minItems ? { minItems: options.minItems } : {}),
      maxItems: options.maxItems,
      ...(options.description ? { description: options.description } : {}),
    }),
    ...presence(options),
    IsArray(),
    ArrayMinSize(options.minItems ?? 0),
    ArrayMaxSize(options.maxItems),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(type),
  );
}

/** Texts by names of the caller's own. In a query string: `field.name=text` or `field[name]=text`, see `GathersTexts`. */
export function TextMapField(
  options: FieldOptions & { readonly max: number; readonly maxNames: number; readonly maxNameLength: number },
): PropertyDecorator {
  const { max, maxNames, maxNameLength } = options;
  return field(
    options,
    {
      type: 'object',
      additionalProperties: { type: 'string', minLength: 1, maxLength: max },
      maxProperties: maxNames,
    },
    IsTextMap({ max, maxNames, maxNameLength }),
  );
}

/** A free JSON object of the caller's own, kept as it is. */
export function JsonObjectField(
  options: FieldOptions & { readonly maxBytes: number; readonly maxDepth?: number },
): PropertyDecorator {
  return field(
    options,
    { type: 'object', additionalProperties: true },
    IsStorableJson({ maxBytes: options.maxBytes, maxDepth: options.maxDepth ?? 5 }),
  );
}
