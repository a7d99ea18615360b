import { isStorableText } from '#common/validation';

/** Why a line is not taken, in words that name no more of it than the field. */
export class LineRefused extends Error {}

export type Json = Readonly<Record<string, unknown>>;

const OLDEST_MS = Date.UTC(2000, 0, 1);
const A_DAY_MS = 86_400_000;
const MAX_DEPTH = 20;
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is missing is null. */
export function absent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

export function objectIn(value: unknown, name: string): Json {
  if (!isObject(value)) throw new LineRefused(`${name} is no object`);
  return value;
}

export function listIn(value: unknown, name: string, max: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new LineRefused(`${name} is no list`);
  if (value.length > max) throw new LineRefused(`${name} has more than ${String(max)} items`);
  return value as unknown[];
}

export function textIn(value: unknown, name: string, max: number): string {
  if (typeof value !== 'string') throw new LineRefused(`${name} is no text`);
  if (value.length > max) throw new LineRefused(`${name} is longer than ${String(max)} characters`);
  if (!isStorableText(value)) throw new LineRefused(`${name} holds NUL or half of a surrogate pair`);
  return value;
}

export function choiceIn<Choice extends string>(
  value: unknown,
  name: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new LineRefused(`${name} is none of ${choices.join(', ')}`);
  return found;
}

export function idIn(value: unknown, name: string): string {
  if (typeof value !== 'string' || !UUID.test(value)) throw new LineRefused(`${name} is no UUID`);
  return value.toLowerCase();
}

/** Within what the database holds as an integer. */
export function countIn(value: unknown, name: string): number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > 2_147_483_647)
    throw new LineRefused(`${name} is no whole number from 0 to 2147483647`);
  return value as number;
}

export function booleanIn(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw new LineRefused(`${name} is neither true nor false`);
  return value;
}

/** A time as ISO 8601, or as seconds or milliseconds since 1970. @returns ISO 8601 in UTC */
export function timeIn(value: unknown, name: string): string {
  const ms = millisecondsOf(value);
  if (!Number.isFinite(ms)) throw new LineRefused(`${name} is no time`);
  if (ms < OLDEST_MS || ms > Date.now() + A_DAY_MS)
    throw new LineRefused(`${name} lies before 2000 or in the future`);
  return new Date(ms).toISOString();
}

function millisecondsOf(value: unknown): number {
  if (typeof value === 'number') return value < 100_000_000_000 ? value * 1_000 : value;
  if (typeof value !== 'string' || value.length > 40) return Number.NaN;
  if (/^\d{9,13}(\.\d{1,6})?$/.test(value)) return millisecondsOf(Number(value));
  // A time without a zone is taken for UTC, as nothing tells better.
  const zoned = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?$/.test(value) ? `${value}Z` : value;
  return /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(zoned.replace(' ', 'T')) : Number.NaN;
}

/** JSON that the database can hold. */
export function jsonIn<Value>(value: Value, name: string, depth = 0): Value {
  if (depth > MAX_DEPTH) throw new LineRefused(`${name} is nested too deeply`);
  if (typeof value === 'string') textIn(value, name, Number.POSITIVE_INFINITY);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) {
      textIn(key, name, 10_000);
      jsonIn(item, name, depth + 1);
    }
  return value;
}
