/**
 * Owns the place where files are kept that are too large for the database.
 * Does not own what is in them, whose they are nor how long they stay: see the modules that keep some.
 * Announces nothing.
 */
export { FileStore, type FileRange, type KeptFile } from './ports/file-store.port.js';
export { StorageModule } from './storage.module.js';
export { FileGone, FileTooLarge } from './storage.errors.js';
