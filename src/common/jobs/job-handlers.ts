import { Injectable } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import { declaredJobs, type JobDeclaration } from './job-declaration.js';
import { HANDLES, type JobHandler } from './job-handler.js';

/** The handlers of this process, by the kind of job. */
@Injectable()
export class JobHandlers {
  readonly #handlers = new Map<string, JobHandler>();
  readonly #declarations = new Map<string, JobDeclaration>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
  ) {}

  /**
   * Finds every `@Handles` class among the providers of the process.
   * @throws Error naming each declared job that has not exactly one.
   */
  collect(): void {
    const found = this.#findAll();
    const problems = declaredJobs()
      .map(({ name }) => ({ name, handlers: found.filter(({ declaration }) => declaration.name === name) }))
      .filter(({ handlers }) => handlers.length !== 1)
      .map(({ name, handlers }) => `${name} has ${String(handlers.length)} handlers`);
    if (problems.length > 0) throw new Error(`Each job needs exactly one handler: ${problems.join(', ')}.`);
    found.forEach(({ declaration, handler }) => {
      this.#handlers.set(declaration.name, handler);
      this.#declarations.set(declaration.name, declaration);
    });
  }

  /** The kinds of job that this process can run. */
  types(): readonly string[] {
    return [...this.#handlers.keys()];
  }

  get(type: string): JobHandler {
    const handler = this.#handlers.get(type);
    if (!handler) throw new Error(`The job ${type} has no handler.`);
    return handler;
  }

  /** For how long a job of this kind may stand still; undefined where that is not its own. */
  standstillMsOf(type: string): number | undefined {
    return this.#declarations.get(type)?.standstillMs;
  }

  #findAll(): { readonly declaration: JobDeclaration; readonly handler: JobHandler }[] {
    // A class that several modules provide is one handler an instance.
    const instances = new Set(
      this.discovery
        .getProviders()
        .flatMap(({ instance, metatype }) =>
          instance !== null && typeof instance === 'object' && metatype ? [instance as JobHandler] : [],
        ),
    );
    return [...instances].flatMap((handler) => {
      const declaration = this.reflector.get<JobDeclaration | undefined>(HANDLES, handler.constructor);
      return declaration ? [{ declaration, handler }] : [];
    });
  }
}
