/** The `host:port` that a URL leads to, as `OUTBOUND_ALLOW` writes it; the scheme's own port when none is given. */
export function hostAndPort(url: string | URL): string {
  const { hostname, port, protocol } = new URL(url);
  return `${withoutTrailingDot(hostname)}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

/** The same name without the dot that marks it as complete. */
export function withoutTrailingDot(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
}

/** `host:port` pairs that may be reached although they are private. */
export class AllowList {
  readonly #entries: ReadonlySet<string>;

  /** @throws Error on an entry that is not `host:port`. */
  constructor(entries: readonly string[]) {
    this.#entries = new Set(entries.map(normalised));
  }

  has(url: URL): boolean {
    return this.#entries.has(hostAndPort(url));
  }
}

function normalised(entry: string): string {
  const [, host, port] = /^(\[[^\]]+\]|[^\s:/?#@[\]\\]+):(\d{1,5})$/.exec(entry.trim()) ?? [];
  const url = URL.parse(`http://${host}:${port}/`);
  if (host === undefined || url === null) {
    throw new Error(`"${entry}" is not a host:port that outbound requests can be allowed to.`);
  }
  return hostAndPort(url);
}
