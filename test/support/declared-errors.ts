import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type DocumentedError, DomainError } from '#common/errors';

const ROOT = resolve(import.meta.dirname, '../..');

/** Every class of failure that the product has and that names its own code. */
export async function declaredErrors(): Promise<DocumentedError[]> {
  const files = globSync('src/**/*.errors.ts', { cwd: ROOT });
  const modules = await Promise.all(
    files.map((file) => import(join(ROOT, file)) as Promise<Record<string, unknown>>),
  );
  return modules.flatMap((exported) => Object.values(exported).filter(isDocumentedError));
}

function isDocumentedError(value: unknown): value is DocumentedError {
  return (
    typeof value === 'function' && value.prototype instanceof DomainError && Object.hasOwn(value, 'code')
  );
}
