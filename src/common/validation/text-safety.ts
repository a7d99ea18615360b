import { buildMessage, ValidateBy, type ValidationOptions } from 'class-validator';

/** Whether a text can be stored and shown: no NUL (Postgres cannot hold it) and no half of a surrogate pair. */
export function isStorableText(value: unknown): boolean {
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
}

/** Refuses texts that the database cannot hold. */
export function IsStorableText(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isStorableText',
      validator: {
        validate: isStorableText,
        defaultMessage: buildMessage((each) => `${each}$property must not hold NUL or unpaired surrogates`),
      },
    },
    options,
  );
}

interface JsonLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
}

function isStorableJson(value: unknown, depthLeft: number): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (value === null || typeof value !== 'object') return true;
  if (depthLeft === 0) return false;
  const parts = Array.isArray(value) ? (value as unknown[]) : Object.entries(value).flat();
  return parts.every((part) => isStorableJson(part, depthLeft - 1));
}

/** Accepts a JSON object up to a size and depth, in which every text can be stored. */
export function IsStorableJson(limits: JsonLimits): PropertyDecorator {
  return ValidateBy({
    name: 'isStorableJson',
    validator: {
      validate: (value) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        isStorableJson(value, limits.maxDepth) &&
        Buffer.byteLength(JSON.stringify(value)) <= limits.maxBytes,
      defaultMessage: buildMessage(
        () =>
          `$property must be an object of at most ${limits.maxBytes} bytes and ${limits.maxDepth} levels, without NUL`,
      ),
    },
  });
}

interface TextMapLimits {
  readonly max: number;
  readonly maxNames: number;
  readonly maxNameLength: number;
}

/** Accepts an object of texts, in which all can be stored. */
export function IsTextMap({ max, maxNames, maxNameLength }: TextMapLimits): PropertyDecorator {
  const isText = (text: unknown, longest: number): boolean =>
    isStorableText(text) && (text as string).length > 0 && (text as string).length <= longest;
  return ValidateBy({
    name: 'isTextMap',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(value).length <= maxNames &&
        Object.entries(value).every(([name, text]) => isText(name, maxNameLength) && isText(text, max)),
      defaultMessage: buildMessage(
        () =>
          `$property must hold at most ${maxNames} texts of at most ${max} characters, by names of at most ${maxNameLength}`,
      ),
    },
  });
}
