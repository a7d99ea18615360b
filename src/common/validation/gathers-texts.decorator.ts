import { SetMetadata } from '@nestjs/common';

const GATHERS_TEXTS = 'validation:gathers-texts';

/**
 * Has a query string's `field.name=text` and `field[name]=text` gathered into the field, a `TextMapField`. What a caller
 * sends as the field itself is refused: query strings hold texts only.
 */
export function GathersTexts(field: string): ClassDecorator {
  return SetMetadata(GATHERS_TEXTS, field);
}

/** The query with its texts gathered, for a class that gathers any. */
export function gathered(query: unknown, type?: object): unknown {
  const field: unknown = type && Reflect.getMetadata(GATHERS_TEXTS, type);
  if (typeof field !== 'string' || typeof query !== 'object' || query === null) return query;
  const entries = Object.entries(query);
  const texts = entries.flatMap(([key, value]) => {
    const name = nameIn(key, field);
    return name === undefined ? [] : [[name, value] as const];
  });
  const others = entries.filter(([key]) => nameIn(key, field) === undefined);
  return {
    ...Object.fromEntries(others),
    ...(texts.length > 0 ? { [field]: Object.fromEntries(texts) } : {}),
  };
}

function nameIn(key: string, field: string): string | undefined {
  if (key.startsWith(`${field}.`)) return key.slice(field.length + 1);
  return key.startsWith(`${field}[`) && key.endsWith(']') ? key.slice(field.length + 1, -1) : undefined;
}
