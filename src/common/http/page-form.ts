import { BadRequestException, UnsupportedMediaTypeException } from '@nestjs/common';
import { bytesUpTo } from './byte-body.decorator.js';

/** What was filled in: texts by names, several where several can be chosen; or the values that a program sends as JSON. */
export type PageForm =
  | { readonly kind: 'texts'; readonly texts: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: 'values'; readonly values: Readonly<Record<string, unknown>> };

const MAX_TEXTS = 2_000;

/** Reads what the form of a page sends, or JSON. Anything else is refused, and so is what is larger than `maxBytes`. */
export async function readPageForm(
  type: string,
  body: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<PageForm> {
  const isForm = type === '' || /^application\/x-www-form-urlencoded\b/i.test(type);
  if (!isForm && !/^application\/json\b/i.test(type)) throw new UnsupportedMediaTypeException();
  const bytes = await bytesUpTo(body, maxBytes);
  return isForm ? { kind: 'texts', texts: textsOf(bytes) } : { kind: 'values', values: valuesOf(bytes) };
}

function textsOf(bytes: Buffer): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  const pairs = new URLSearchParams(bytes.toString('utf8'));
  if (pairs.size > MAX_TEXTS) throw new BadRequestException();
  for (const [name, text] of pairs) {
    const known = texts.get(name);
    if (known) known.push(text);
    else texts.set(name, [text]);
  }
  return texts;
}

function valuesOf(bytes: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new BadRequestException(undefined, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadRequestException();
  return value as Readonly<Record<string, unknown>>;
}
