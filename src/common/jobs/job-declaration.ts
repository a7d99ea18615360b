import type { JobQueueName } from './job-queues.js';

/** All that is fixed about one kind of job. */
export interface JobDeclaration<Payload extends object = object> {
  readonly queue: JobQueueName;
  /** `noun.verb`, unique; stored in the row as its type. */
  readonly name: string;
  /** How often it is tried in all. */
  readonly attempts: number;
  /** Pause before the second attempt; doubles from then on, with full jitter. */
  readonly backoffMs: number;
  /** For so long an attempt may say nothing new of its progress before it is stopped. 30 minutes unless said otherwise. */
  readonly standstillMs?: number;
  /**
   * What makes two requests the same work, within one workspace. Has to settle the whole payload: a twin that joins
   * leaves the payload as it is. Without it every request is a job of its own.
   */
  key?(payload: Payload): string;
}

const declarations = new Map<string, JobDeclaration>();

/**
 * Declares a kind of job. The payload is ids and small scalars; the handler loads fresh state and is safe to run twice.
 *
 * @throws Error when the name is taken.
 */
export function defineJob<Payload extends object>(
  declaration: JobDeclaration<Payload>,
): JobDeclaration<Payload> {
  if (declarations.has(declaration.name)) throw new Error(`The job ${declaration.name} is declared twice.`);
  declarations.set(declaration.name, declaration);
  return declaration;
}

/** Every kind of job that the loaded modules declare. */
export function declaredJobs(): readonly JobDeclaration[] {
  return [...declarations.values()];
}
