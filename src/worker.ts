import { beginTracing } from './begin-tracing.js';

// The tracer sees what is loaded after it: nothing else may be imported here.
await beginTracing();
await import('./start-worker.js');
