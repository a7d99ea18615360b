import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Actor } from '#common/access';
import { Tenancy } from '#common/database';
import { Lookout } from '#common/time';
import { ApiKeysService } from './api-keys.service.js';
import { SessionsService } from './sessions.service.js';

const CHECK_EVERY_MS = 2_000;

type Ended = () => void;
/** By the id of a session or an API key: whom to tell when it ends. */
type Watched = Map<string, Set<Ended>>;

/** Finds out within two seconds that actors may no longer act: all that are watched, with one look. */
@Injectable()
export class LiveActors implements OnModuleDestroy {
  readonly #sessions: Watched = new Map();
  readonly #apiKeys: Watched = new Map();
  readonly #lookout = new Lookout({
    everyMs: CHECK_EVERY_MS,
    look: () => this.tenancy.runUnbound(() => this.#look()),
    // The database being away for a moment says nothing about the actors.
    onFailure: () => undefined,
  });

  constructor(
    private readonly sessions: SessionsService,
    private readonly apiKeys: ApiKeysService,
    private readonly tenancy: Tenancy,
  ) {}

  onModuleDestroy(): void {
    this.#lookout.close();
  }

  /** Calls `ended` once the actor's session, key or membership has ended. @returns what ends the watching. */
  watch({ id, sessionId }: Actor, ended: Ended): () => void {
    const watched = sessionId ? this.#sessions : this.#apiKeys;
    const key = sessionId ?? id;
    const listeners = watched.get(key) ?? new Set();
    watched.set(key, listeners.add(ended));
    this.#lookout.open();
    return () => {
      listeners.delete(ended);
      if (listeners.size === 0 && watched.get(key) === listeners) watched.delete(key);
      if (this.#sessions.size + this.#apiKeys.size === 0) this.#lookout.close();
    };
  }

  async #look(): Promise<void> {
    await dismiss(this.#sessions, (ids) => this.sessions.listLive(ids));
    await dismiss(this.#apiKeys, (ids) => this.apiKeys.listLive(ids));
  }
}

async function dismiss(watched: Watched, listLive: (ids: string[]) => Promise<string[]>): Promise<void> {
  if (watched.size === 0) return;
  const ids = [...watched.keys()];
  const live = new Set(await listLive(ids));
  for (const id of ids) {
    if (!live.has(id)) watched.get(id)?.forEach((ended) => ended());
  }
}
