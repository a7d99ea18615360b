import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import { DomainError } from '#common/errors';
import { OutboundClient } from '#common/http';
import { CrawlHost } from '../site/crawl-host.js';
import { CrawlHostsRepository } from '../site/crawl-hosts.repository.js';
import type { Crawl } from '../site/crawl.types.js';
import { MAX_ROBOTS_BYTES } from '../site/robots-rules.js';

const TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 500;
/** A host whose robots.txt fails so often is not asked for pages: they might not be for us. */
export const MAX_ROBOTS_TRIES = 3;

/** The hosts of one turn of a crawl; each is asked for its robots.txt once in a run. */
export class CrawlHosts {
  readonly #hosts = new Map<string, CrawlHost>();
  readonly #asking = new Map<string, Promise<void>>();

  constructor(
    private readonly delayMs: number,
    private readonly ask: (host: CrawlHost) => Promise<void>,
  ) {}

  add(host: CrawlHost): void {
    this.#hosts.set(host.origin, host);
  }

  /** Hosts that cannot be asked before so many milliseconds have passed. */
  restingFor(atLeastMs: number): CrawlHost[] {
    return [...this.#hosts.values()].filter(({ restMs }) => restMs > atLeastMs);
  }

  restMsOf(origin: string): number {
    return this.#hosts.get(origin)?.restMs ?? 0;
  }

  all(): readonly CrawlHost[] {
    return [...this.#hosts.values()];
  }

  /** The host, after its robots.txt was asked for; that it could not be had shows in its `tries`. */
  async meet(origin: string): Promise<CrawlHost> {
    const host = this.#hosts.get(origin) ?? new CrawlHost(origin, this.delayMs);
    this.#hosts.set(origin, host);
    if (host.rules === null && host.tries < MAX_ROBOTS_TRIES && !host.isResting) {
      const asking = this.#asking.get(origin) ?? this.ask(host);
      this.#asking.set(origin, asking);
      await asking.finally(() => this.#asking.delete(origin));
    }
    return host;
  }
}

/** Learns what hosts ask of robots. */
@Injectable()
export class ReadRobots {
  constructor(
    private readonly outbound: OutboundClient,
    private readonly hosts: CrawlHostsRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** The hosts that the run has met already. */
  async open(crawl: Crawl, signal: AbortSignal): Promise<CrawlHosts> {
    const { delayMs } = crawl.settings;
    const hosts = new CrawlHosts(delayMs, (host) => this.#ask(crawl, host, signal));
    for (const { origin, ...known } of await this.hosts.list(crawl))
      hosts.add(new CrawlHost(origin, delayMs, known));
    return hosts;
  }

  async save(crawl: Crawl, hosts: CrawlHosts): Promise<void> {
    for (const host of hosts.all()) await this.hosts.save(crawl, host.stored);
  }

  async #ask(crawl: Crawl, host: CrawlHost, signal: AbortSignal): Promise<void> {
    const robots = await this.#read(host.origin, signal);
    if (robots === null) host.fail(FIRST_PAUSE_MS * 2 ** host.tries);
    else host.heed(robots);
    await this.unitOfWork.run(() => this.hosts.save(crawl, host.stored));
  }

  /** As RFC 9309 has it: what does not exist allows everything, and what fails nothing. */
  async #read(origin: string, signal: AbortSignal): Promise<string | null> {
    try {
      const { status, body } = await this.outbound.fetch({
        ...{ url: `${origin}/robots.txt`, signal, timeoutMs: TIMEOUT_MS, maxBytes: 4 * MAX_ROBOTS_BYTES },
      });
      if (status >= 500 || status === 429) return null;
      return status >= 200 && status < 300 ? body.subarray(0, MAX_ROBOTS_BYTES).toString('utf8') : '';
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DomainError)) throw error;
      return error.kind === 'unavailable' ? null : '';
    }
  }
}
