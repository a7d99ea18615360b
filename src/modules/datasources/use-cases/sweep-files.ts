import { Injectable } from '@nestjs/common';
import { Clock } from '#common/time';
import { DatasourcesRepository } from '../datasources.repository.js';
import { SourceFiles } from '../source-files.js';

/** An upload has long ended by then, and its source is there or will never be. */
const GRACE_MS = 3_600_000;

/** Removes files whose source is gone: with its workspace, or in a crash between the two. */
@Injectable()
export class SweepFiles {
  constructor(
    private readonly repository: DatasourcesRepository,
    private readonly storage: SourceFiles,
    private readonly clock: Clock,
  ) {}

  /** @returns how many were removed. */
  async execute(): Promise<number> {
    let removed = 0;
    const time = new Date(this.clock.now().getTime() - GRACE_MS);
    for await (const keys of this.storage.listOlderThan(time)) {
      const known = new Set(await this.repository.knownFileKeys(keys));
      const orphans = keys.filter((key) => !known.has(key));
      for (const key of orphans) await this.storage.remove(key);
      removed += orphans.length;
    }
    return removed;
  }
}
