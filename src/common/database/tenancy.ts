import { EntityManager, RequestContext } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { WORKSPACE_FILTER } from './tenant.entity.js';

/** Says for which workspace the current request or job works. */
@Injectable()
export class Tenancy {
  /** Contexts are made of this one: those of the current one would be bound as it is. */
  readonly #unbound: EntityManager;

  constructor(private readonly em: EntityManager) {
    this.#unbound = em.fork({ disableContextResolution: true });
  }

  /** Binds the rest of the current request to one workspace. */
  enter(workspaceId: string): void {
    this.em.setFilterParams(WORKSPACE_FILTER, { workspaceId });
  }

  /** Runs `work` in a context of its own, bound to one workspace; for jobs and whatever has no request. */
  run<T>(workspaceId: string, work: () => Promise<T>): Promise<T> {
    return this.runUnbound(() => {
      this.enter(workspaceId);
      return work();
    });
  }

  /** Runs `work` in a context of its own that is bound to no workspace: tenant rows cannot be queried in it. */
  runUnbound<T>(work: () => Promise<T>): Promise<T> {
    return RequestContext.create(this.#unbound, work);
  }
}
