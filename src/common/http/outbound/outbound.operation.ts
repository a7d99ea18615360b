import { defineOperation, type Run } from '#common/telemetry';

/** A request to a server that is not ours, until its head has come or, where all of it is wanted, its body. */
export const outboundFetch = defineOperation({
  name: 'outbound_fetch',
  help: 'Requests to other servers by outcome: class of status, or the code of the failure.',
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60],
  kind: 'client',
  resource: (facts) => String(facts['http.method']),
});

/** Ends a fetch by the status that was answered. */
export function endAsStatus(run: Run, status: number): void {
  run.note({ 'http.status_code': status });
  run.endAs(`${String(Math.floor(status / 100))}xx`, status < 400 ? undefined : `http_${String(status)}`);
}
