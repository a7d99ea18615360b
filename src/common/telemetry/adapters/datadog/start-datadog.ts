import type { IncomingMessage } from 'node:http';
import dd, { type Span } from 'dd-trace';

export const FLUSH_EVERY_MS = 1_000;

/** Nobody follows these in a trace. */
const WATCHED = [/^\/health\//, /^\/metrics/];

/**
 * Starts Datadog's library, which takes its other settings (`DD_AGENT_HOST`, `DD_SERVICE`, ...) from the environment.
 *
 * Of its instrumentations only that of incoming requests is on: the others would put statements with their values,
 * prompts, keys and whole URLs into spans (docs/adr/0010).
 */
export function startDatadog(): void {
  dd.init({
    plugins: false,
    logInjection: false,
    runtimeMetrics: false,
    startupLogs: false,
    flushInterval: FLUSH_EVERY_MS,
    appsec: { enabled: false },
    baggageTagKeys: [],
  });
  dd.use('http', {
    client: false,
    server: {
      blocklist: WATCHED,
      queryStringObfuscation: true,
      hooks: { request: describeRequest },
    },
  });
}

type SeenRequest = IncomingMessage & {
  readonly route?: { readonly path?: unknown };
  readonly requestId?: string;
};

/** Express knows the route; the request id leads to the log. */
function describeRequest(span?: Span, request?: SeenRequest): void {
  const path = request?.route?.path;
  const route = typeof path === 'string' && !path.includes('*') ? path : undefined;
  span?.addTags({
    'request.id': request?.requestId,
    ...(route === undefined
      ? {}
      : { 'http.route': route, 'resource.name': `${request?.method ?? ''} ${route}` }),
  });
}
