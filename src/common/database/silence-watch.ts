import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { Inquiry, type Said } from './inquiry.js';

export interface Patience {
  /** Between two looks at the connections, in ms. */
  readonly lookMs: number;
  /** Looks without a byte for a statement that waits, until the server is asked on another connection. */
  readonly silentLooks: number;
  /** Looks without an answer to that, until the server is taken for silent as a whole. */
  readonly askingLooks: number;
  /** Looks from one inquiry to the next. */
  readonly pausedLooks: number;
}

const PATIENCE: Patience = { lookMs: 1_000, silentLooks: 2, askingLooks: 4, pausedLooks: 3 };

interface Watched {
  bytesRead: number;
  silentLooks: number;
}

/** Why a connection was given up. Its code says that the database is away for now. */
class SilentConnection extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('Connection terminated: nothing comes from the database');
  }
}

/**
 * Gives up the connections of a pool on which nothing will come any more: those to a server that hangs or that has
 * vanished without a word, and those that were lost on the way to a server that works. TCP itself takes a quarter of an
 * hour to notice that, and does not notice a server that hangs at all.
 *
 * A statement may take its time, so that silence alone says nothing: the server is asked, on a connection of its own,
 * whether it works for those that are silent. When it does not answer, or does not work for them, their statements fail.
 * Looks are counted instead of time, since a process that stands still itself hears nothing meanwhile.
 */
export class SilenceWatch {
  readonly #logger = new Logger('Database');
  readonly #watched = new Map<PoolClient, Watched>();
  #looking: NodeJS.Timeout | undefined;
  #inquiry: Inquiry | undefined;
  #said: Said | undefined;
  /** Since the inquiry began, or since the last one ended. */
  #looks = 0;

  constructor(
    private readonly pool: Pool,
    private readonly patience: Patience = PATIENCE,
  ) {
    pool.on('connect', (client) => {
      this.#watch(client);
    });
    pool.on('remove', (client) => {
      this.#forget(client);
    });
  }

  #watch(client: PoolClient): void {
    this.#watched.set(client, { bytesRead: 0, silentLooks: 0 });
    this.#looking ??= setInterval(() => {
      this.#look();
    }, this.patience.lookMs).unref();
  }

  #forget(client: PoolClient): void {
    this.#watched.delete(client);
    if (this.#watched.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
    this.#end();
  }

  #look(): void {
    for (const [client, watched] of this.#watched) {
      const { bytesRead } = client.connection.stream as Socket;
      const isSilent = isWaiting(client) && bytesRead === watched.bytesRead;
      watched.silentLooks = isSilent ? watched.silentLooks + 1 : 0;
      watched.bytesRead = bytesRead;
    }
    this.#looks += 1;
    if (!this.#inquiry) this.#inquire();
    else if (this.#said || this.#looks >= this.patience.askingLooks) this.#conclude(this.#said ?? 'nothing');
  }

  #inquire(): void {
    const silent = this.#silent();
    if (silent.length === 0 || this.#looks < this.patience.pausedLooks) return;
    const inquiry = new Inquiry(this.pool.options, silent.map(pidOf));
    this.#inquiry = inquiry;
    this.#looks = 0;
    // Acted upon with the next look: what it works for no more may be on its way.
    void inquiry.said.then((said) => {
      if (inquiry === this.#inquiry) this.#said = said;
    });
  }

  #conclude(said: Said): void {
    const lost = this.#silent().filter((client) => said === 'nothing' || said.idle.has(pidOf(client)));
    this.#end();
    if (lost.length === 0) return;
    const why = said === 'nothing' ? 'does not answer' : 'does not work for them';
    this.#logger.warn(`Silent connections given up, since the database ${why}: ${lost.length}`);
    for (const client of lost) client.connection.stream.destroy(new SilentConnection());
  }

  #end(): void {
    this.#inquiry?.end();
    this.#inquiry = undefined;
    this.#said = undefined;
    this.#looks = 0;
  }

  #silent(): PoolClient[] {
    return [...this.#watched].flatMap(([client, { silentLooks }]) =>
      silentLooks >= this.patience.silentLooks ? [client] : [],
    );
  }
}

// What the driver knows of its connection stands in no type of it.
function isWaiting(client: PoolClient): boolean {
  return Reflect.get(client, 'readyForQuery') === false;
}

function pidOf(client: PoolClient): number {
  return Number(Reflect.get(client, 'processID'));
}
