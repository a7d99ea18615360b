import { ArrayType } from '@mikro-orm/core';

/**
 * A `text[]` that keeps every text as it is. The ORM's own type writes control characters as JSON escapes, which
 * Postgres reads differently, trims blanks at the ends and takes the text `NULL` for no text.
 */
export class TextListType extends ArrayType {
  override convertToDatabaseValue(value: string[] | null): string | null {
    return value && `{${value.map(quoted).join(',')}}`;
  }
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
