import type { DocumentedError } from './domain-error.js';

/** For the description of a field that holds a code: those that it can hold today, by their classes or as they are. */
export function documentedCodes(...failures: readonly (DocumentedError | string)[]): string {
  const codes = failures.map((failure) => (typeof failure === 'string' ? failure : failure.code));
  const list = [...new Set(codes)].sort().map((code) => `\`${code}\``);
  return `Stable; decide by this. One of ${list.join(', ')}, or one that comes later.`;
}
