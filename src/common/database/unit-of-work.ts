import { AsyncLocalStorage } from 'node:async_hooks';
import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';

type AfterCommit = () => void | Promise<void>;

/**
 * One database transaction around a use case. Repositories called inside take part in it by themselves.
 *
 * Never await a model, a page or another process inside: the embedded database has one connection.
 */
@Injectable()
export class UnitOfWork {
  readonly #hooks = new AsyncLocalStorage<AfterCommit[]>();

  constructor(private readonly em: EntityManager) {}

  /** Runs `work`, writes what it changed and commits; a throw rolls all of it back. Nested calls join the outer one. */
  async run<T>(work: () => Promise<T> | T): Promise<T> {
    if (this.#hooks.getStore()) return work();
    const hooks: AfterCommit[] = [];
    const result = await this.#hooks.run(hooks, () => this.em.transactional(async () => work()));
    for (const hook of hooks) await hook();
    return result;
  }

  /** Runs `hook` once the outermost transaction has committed; never if it rolls back. Outside of one, at once. */
  async afterCommit(hook: AfterCommit): Promise<void> {
    const hooks = this.#hooks.getStore();
    if (hooks) hooks.push(hook);
    else await hook();
  }
}
