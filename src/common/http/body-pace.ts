import type { IncomingMessage, Server } from 'node:http';

/** How slowly the body of a request may come. */
export interface BodyPace {
  /** For every body, and besides what its bytes are allowed. */
  readonly graceMs: number;
  readonly bytesPerSecond: number;
  /** The longest time without a byte. */
  readonly idleMs: number;
  /** How often bodies are looked after. */
  readonly everyMs: number;
}

/** A large file may take its time; whoever sends next to nothing holds a connection for no longer than a minute. */
export const DEFAULT_BODY_PACE: BodyPace = {
  graceMs: 60_000,
  bytesPerSecond: 16_384,
  idleMs: 60_000,
  everyMs: 2_000,
};

interface Course {
  readonly beganAt: number;
  readonly bytesBefore: number;
  bytes: number;
  lastByteAt: number;
  isRefused: boolean;
}

/**
 * Ends requests whose body comes too slowly, as Node ends those that take too long in all: by a `clientError` of the code
 * `ERR_HTTP_REQUEST_TIMEOUT`. A connection that is still there at the next look is cut.
 */
export function keepPace(server: Server, pace: BodyPace = DEFAULT_BODY_PACE): void {
  const coming = new Map<IncomingMessage, Course>();
  server.on('request', (request: IncomingMessage) => {
    const { headers, socket } = request;
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return;
    const now = performance.now();
    const bytesBefore = socket.bytesRead;
    coming.set(request, { beganAt: now, bytesBefore, bytes: 0, lastByteAt: now, isRefused: false });
    request.once('close', () => coming.delete(request));
  });
  let lookedAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    // A process that stood still has read nothing of what came meanwhile: that is not for its clients to answer for.
    const stoodStill = now - lookedAt > 2 * pace.everyMs;
    lookedAt = now;
    if (!stoodStill) for (const [request, course] of coming) lookAfter(request, course);
  }, pace.everyMs).unref();
  server.once('close', () => {
    clearInterval(timer);
  });

  function lookAfter(request: IncomingMessage, course: Course): void {
    const { socket } = request;
    if (request.complete || socket.destroyed) {
      coming.delete(request);
      return;
    }
    const now = performance.now();
    const bytes = socket.bytesRead - course.bytesBefore;
    if (bytes > course.bytes) Object.assign(course, { bytes, lastByteAt: now });
    const allowedMs = pace.graceMs + (bytes / pace.bytesPerSecond) * 1_000;
    if (now - course.beganAt <= allowedMs && now - course.lastByteAt <= pace.idleMs) return;
    if (course.isRefused) socket.destroy();
    course.isRefused = true;
    if (!socket.destroyed) server.emit('clientError', new TooSlow(), socket);
  }
}

class TooSlow extends Error {
  readonly code = 'ERR_HTTP_REQUEST_TIMEOUT';

  constructor() {
    super('The body of a request comes too slowly.');
    this.name = 'TooSlow';
  }
}
