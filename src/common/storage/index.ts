/**
 * Owns the place where files are kept that are too large for the database, and the way into S3-compatible buckets.
 * Does not own what is in them, whose they are nor how long they stay: see the modules that keep some.
 * Announces nothing.
 */
export { FileStore, type FileRange, type KeptFile } from './ports/file-store.port.js';
export { FilesHealthModule } from './files-health.module.js';
export { S3Bucket, type S3Object } from './adapters/s3/s3-bucket.js';
export type { S3Settings } from './adapters/s3/s3.types.js';
export { StorageModule } from './storage.module.js';
export { FileGone, FileTooLarge, StorageAway } from './storage.errors.js';
