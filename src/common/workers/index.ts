/**
 * Owns what modules share to run code in worker threads: where a worker's compiled file is.
 * Does not own the pools; each adapter starts and closes its own.
 * Announces nothing.
 */
export { workerFile } from './worker-file.js';
