import { DISK_FULL } from './disk-space.js';

/** Whether a failure means that the database has no space left to write, on a server or embedded. */
export function isStorageFull(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === DISK_FULL;
}
