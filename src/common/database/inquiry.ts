import pg from 'pg';

/** What a server says: those of its processes, out of some, that work for nobody. Or nothing. */
export type Said = { readonly idle: ReadonlySet<number> } | 'nothing';

const NOT_KNOWN: Said = { idle: new Set() };

interface Backend {
  readonly pid: number;
  readonly isAtWork: boolean;
  readonly isAsking: boolean;
}

const BACKENDS = `select pid, coalesce(state, '') not like 'idle%' as "isAtWork", pid = pg_backend_pid() as "isAsking"
  from pg_stat_activity where pid = any($1)`;

/** What the system says when nobody is there to refuse a connection. */
const NOBODY = /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ETIMEDOUT)$/;

/** Asks a server, on a connection of its own, which of its processes are at work. A server that refuses does answer. */
export class Inquiry {
  /** Never fails; may stay open for as long as nothing comes. */
  readonly said: Promise<Said>;
  readonly #client: pg.Client;

  /** @param options those of the pool that the processes belong to. */
  constructor(options: pg.PoolOptions, pids: readonly number[]) {
    // The pool hides its password from being copied.
    this.#client = new pg.Client({ ...options, password: options.password, connectionTimeoutMillis: 0 });
    this.#client.on('error', () => undefined);
    this.said = this.#ask(pids).catch((error: unknown) => (isNobody(error) ? 'nothing' : NOT_KNOWN));
  }

  end(): void {
    this.#client.connection.stream.destroy();
  }

  async #ask(pids: readonly number[]): Promise<Said> {
    await this.#client.connect();
    const { rows } = await this.#client.query<Backend>(BACKENDS, [[...pids, this.#pid]]);
    // Behind a pooler, its connections have other process ids than the server's.
    if (!rows.some(({ pid, isAsking }) => isAsking && pid === this.#pid)) return NOT_KNOWN;
    const atWork = new Set(rows.filter(({ isAtWork }) => isAtWork).map(({ pid }) => pid));
    return { idle: new Set(pids.filter((pid) => !atWork.has(pid))) };
  }

  get #pid(): number {
    return Number(Reflect.get(this.#client, 'processID'));
  }
}

function isNobody(error: unknown): boolean {
  return error instanceof Error && NOBODY.test(String(Reflect.get(error, 'code')));
}
