/**
 * Owns how work is traced and measured, and what is known of the call that is being served.
 * Does not own any operation or metric: modules declare theirs. Nor the page that shows them, see `common/metrics`.
 * Announces nothing.
 */
export { type CallFacts, currentCall, serveCall } from './call-context.js';
export { declaredMetrics, defineCounter, defineGauge, defineHistogram } from './metric-declaration.js';
export type { MetricDeclaration } from './metric-declaration.js';
export { defineOperation, type Operation } from './operation-declaration.js';
export { Operations } from './operations.js';
export { type Exposition, type Labels, Meter, type Reading, type Readings } from './ports/meter.port.js';
export { type Facts, type Span, type SpanStart, Tracer } from './ports/tracer.port.js';
export type { Run } from './run.js';
export { startTracing } from './start-tracing.js';
export { NO_TELEMETRY, type Telemetry, telemetryFor, TelemetryModule } from './telemetry.module.js';
