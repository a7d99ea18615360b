import { Agent, type Dispatcher } from 'undici';
import type { AddressResolver } from './address-resolver.js';
import {
  allowedConnector,
  publicConnector,
  type Connector,
  type ConnectorFactory,
} from './checked-connector.js';
import type { Destination } from './destination-policy.js';

const maxHeaderBytes = 32 * 1_024;
const keepAliveMs = 4_000;
const keepAliveMaxMs = 30_000;

/** One request on its way to one server. */
export interface Hop {
  readonly destination: Destination;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface HopLimits {
  readonly signal: AbortSignal;
  /** Longest silence in the body; without it only the signal ends it. */
  readonly idleTimeoutMs?: number;
}

/** Sends single requests over connections that are kept apart by what their addresses were checked for. */
export class OutboundTransport {
  readonly #publicOnly: Agent;
  readonly #allowed: Agent;

  constructor(resolver: AddressResolver, connectorFactory: ConnectorFactory) {
    this.#publicOnly = agentWith(publicConnector(resolver, connectorFactory));
    this.#allowed = agentWith(allowedConnector(resolver, connectorFactory));
  }

  send(hop: Hop, limits: HopLimits): Promise<Dispatcher.ResponseData> {
    const { url, addresses } = hop.destination;
    const agent = addresses === 'public' ? this.#publicOnly : this.#allowed;
    return agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: hop.method,
      headers: { ...hop.headers },
      body: hop.body ?? null,
      signal: limits.signal,
      headersTimeout: 0,
      bodyTimeout: limits.idleTimeoutMs ?? 0,
    });
  }

  /** Ends all connections at once; requests under way fail. */
  async close(): Promise<void> {
    await Promise.all([this.#publicOnly.destroy(), this.#allowed.destroy()]);
  }
}

function agentWith(connect: Connector): Agent {
  return new Agent({
    connect,
    maxHeaderSize: maxHeaderBytes,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMaxMs,
  });
}
