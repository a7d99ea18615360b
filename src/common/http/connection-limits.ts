import type { Server } from 'node:http';
import { type BodyPace, keepPace } from './body-pace.js';

const LIMITS = {
  // Longer than the minute that common balancers keep a connection they do not use: it must never be us who close one
  // on which they are about to send.
  keepAliveTimeout: 75_000,
  // From the first byte, or from the connection when none comes: whoever sends nothing holds a connection for no longer.
  headersTimeout: 10_000,
  // Bodies have a pace to keep instead: how long a file takes depends on its size.
  requestTimeout: 0,
  // How often headers are looked after.
  connectionsCheckingInterval: 2_000,
};

/** Says how many connections a server may have and how long they may keep it waiting. To be called before it listens. */
export function limitConnections(server: Server, maxConnections: number, pace?: BodyPace): void {
  Object.assign(server, LIMITS, { maxConnections });
  keepPace(server, pace);
}
