import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { defineHistogram, Meter } from '#common/telemetry';

const requestSeconds = defineHistogram({
  name: 'colloquy_http_request_seconds',
  help: 'Requests by method, route and class of status: from the first byte in to the last byte out. A stream lasts until it ends.',
  labels: ['method', 'route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
});

const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

/** Measures how long requests take. */
@Injectable()
export class RequestMeasurer {
  constructor(private readonly meter: Meter) {}

  /** Express middleware; the first one, so that it sees all of a request. */
  readonly measure = (request: Request, response: Response, next: NextFunction): void => {
    if (this.meter.isOn) this.#watch(request, response);
    next();
  };

  #watch(request: Request, response: Response): void {
    const startedAtMs = performance.now();
    response.once('close', () => {
      this.meter.observe(requestSeconds, (performance.now() - startedAtMs) / 1_000, {
        method: METHODS.has(request.method) ? request.method : 'other',
        route: templateOf(request),
        status: response.writableFinished ? `${String(Math.floor(response.statusCode / 100))}xx` : 'gone',
      });
    });
  }
}

/** The route as it was declared; `none` for what no route took. Never the path as it was asked for. */
function templateOf(request: Request): string {
  const { path } = (request.route ?? {}) as { readonly path?: unknown };
  return typeof path === 'string' && !path.includes('*') ? path : 'none';
}
