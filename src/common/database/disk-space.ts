import { statfsSync } from 'node:fs';

/** The code of Postgres for a disk that is full. */
export const DISK_FULL = '53100';

const MB = 1_048_576;
/** Far more than one statement of ours takes, and several of the files into which Postgres writes ahead. */
const RESERVE_BYTES = 64 * MB;

/** The disk is as good as full: nothing may be written. */
export class DiskFull extends Error {
  readonly code = DISK_FULL;

  constructor(folder: string, reserveBytes: number) {
    super(
      `The disk of ${folder} has less than ${Math.ceil(reserveBytes / MB)} MB left; nothing is written until it has.`,
    );
    this.name = 'DiskFull';
  }
}

/**
 * Watches the space that the embedded database needs to live. Postgres crashes when it cannot write ahead, so writing
 * has to end before that.
 */
export class DiskSpace {
  constructor(
    private readonly folder: string,
    private readonly reserveBytes = RESERVE_BYTES,
  ) {}

  /** @throws DiskFull. Takes microseconds. */
  assertEnough(): void {
    const { bavail, bsize } = statfsSync(this.folder);
    if (bavail * bsize < this.reserveBytes) throw new DiskFull(this.folder, this.reserveBytes);
  }
}
