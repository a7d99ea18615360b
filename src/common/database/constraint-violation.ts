import { DriverException } from '@mikro-orm/core';
import type { DomainError } from '#common/errors';

function constraintOf(error: unknown): string | undefined {
  if (!(error instanceof DriverException)) return undefined;
  const constraint: unknown = Reflect.get(error, 'constraint');
  if (typeof constraint === 'string') return constraint;
  return /constraint "([^"]+)"/.exec(error.message)?.[1];
}

/**
 * Runs `work` and says what a broken constraint means.
 *
 * @param meanings constraint or index name -> the error that it stands for.
 */
export async function translateViolations<T>(
  meanings: Readonly<Record<string, () => DomainError>>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const meaning = meanings[constraintOf(error) ?? ''];
    throw meaning ? meaning() : error;
  }
}
