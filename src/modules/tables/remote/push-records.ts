import { Injectable } from '@nestjs/common';
import { newId, UnitOfWork } from '#common/database';
import type { JobContext } from '#common/jobs';
import { REMOTE_BATCH, type RemoteTables } from '../ports/remote-tables.port.js';
import { RecordReader } from '../records/record-reader.js';
import type { TableRecord } from '../tables.types.js';
import { LinkedContent } from './linked-content.js';
import type { LinkTally } from './link-tally.js';
import { LinksRepository } from './links.repository.js';
import { RemoteValuesRefused } from './remote.errors.js';
import type { LinkChange, LinkedRecord, TableLink } from './remote.types.js';

/** What changes here mean for the remote table. */
interface Plan {
  readonly made: readonly Changed[];
  readonly changed: readonly (Changed & { readonly remoteId: string })[];
  readonly removed: readonly { readonly change: LinkChange; readonly known: LinkedRecord }[];
  /** Both sides agree already, as they do on what was just taken over. */
  readonly settled: readonly LinkChange[];
}

interface Changed {
  readonly change: LinkChange;
  readonly record: TableRecord;
}

/**
 * Writes what has changed here to the remote table. What both sides last agreed on tells what has: records that were
 * taken over from there are not written back.
 */
@Injectable()
export class PushRecords {
  constructor(
    private readonly links: LinksRepository,
    private readonly reader: RecordReader,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async execute(link: TableLink, remote: RemoteTables, tally: LinkTally, context: JobContext): Promise<void> {
    const { workspaceId, tableId } = link;
    for (;;) {
      const changes = await this.links.changes(link, REMOTE_BATCH);
      if (changes.length === 0) return;
      const content = new LinkedContent(await this.reader.table(workspaceId, tableId), link.fields);
      const plan = await this.#plan(link, content, changes);
      await this.links.settle(link, plan.settled);
      await this.#make(link, content, remote, plan.made, tally);
      await this.#change(link, content, remote, plan.changed, tally);
      await this.#remove(link, remote, plan.removed, tally);
      context.progress(0.05, 'writing to the remote table');
      context.throwIfCancelled();
    }
  }

  async #plan(link: TableLink, content: LinkedContent, changes: readonly LinkChange[]): Promise<Plan> {
    const ids = changes.map(({ recordId }) => recordId);
    const found = await this.reader.byIds(link.workspaceId, link.tableId, ids);
    const records = new Map(found.map((record) => [record.id, record]));
    const known = await this.links.byRecordIds(link, ids);
    const made: Changed[] = [];
    const changed: (Changed & { readonly remoteId: string })[] = [];
    const removed: { readonly change: LinkChange; readonly known: LinkedRecord }[] = [];
    const settled: LinkChange[] = [];
    for (const change of changes) {
      const record = records.get(change.recordId);
      const before = known.get(change.recordId);
      if (record && !before) made.push({ change, record });
      else if (record && before && content.hashOf(record) !== before.hash)
        changed.push({ change, record, remoteId: before.remoteId });
      else if (!record && before) removed.push({ change, known: before });
      else settled.push(change);
    }
    return { made, changed, removed, settled };
  }

  /** A record that was begun to be made before may be there: then it is looked for, by its values. */
  async #make(
    link: TableLink,
    content: LinkedContent,
    remote: RemoteTables,
    made: readonly Changed[],
    tally: LinkTally,
  ): Promise<void> {
    if (made.length === 0) return;
    const doubtful = made.filter(({ change }) => change.isAttempted);
    const there =
      doubtful.length > 0 ? await this.#unknownThere(link, content, remote) : new Map<string, string[]>();
    const missing: Changed[] = [];
    for (const one of made) {
      const remoteId = one.change.isAttempted ? there.get(content.hashOf(one.record))?.shift() : undefined;
      if (remoteId === undefined) missing.push(one);
      else await this.#agree(link, content, [{ ...one, remoteId }]);
    }
    tally.count('pushed', made.length - missing.length);
    if (missing.length > 0) await this.#makeMissing(link, content, remote, missing, tally);
  }

  async #makeMissing(
    link: TableLink,
    content: LinkedContent,
    remote: RemoteTables,
    made: readonly Changed[],
    tally: LinkTally,
  ): Promise<void> {
    await this.links.attempt(
      link,
      made.map(({ record }) => record.id),
    );
    const values = made.map(({ record }) => content.remoteValuesOf(record));
    try {
      const ids = await remote.create(link.remoteTableId, content.fields, values);
      const agreed = made.flatMap((one, index) => {
        const remoteId = ids[index];
        return remoteId === undefined ? [] : [{ ...one, remoteId }];
      });
      await this.#agree(link, content, agreed);
      tally.count('pushed', agreed.length);
    } catch (error) {
      if (!(error instanceof RemoteValuesRefused)) throw error;
      const [first] = made;
      if (made.length === 1 && first) {
        tally.fail(first.record.id, error.message);
        await this.links.settle(link, [first.change]);
        return;
      }
      // Some of them may have been made all the same.
      for (const one of made)
        await this.#make(
          link,
          content,
          remote,
          [{ ...one, change: { ...one.change, isAttempted: true } }],
          tally,
        );
    }
  }

  async #change(
    link: TableLink,
    content: LinkedContent,
    remote: RemoteTables,
    changed: readonly (Changed & { readonly remoteId: string })[],
    tally: LinkTally,
  ): Promise<void> {
    if (changed.length === 0) return;
    const records = changed.map(({ remoteId, record }) => ({
      id: remoteId,
      values: content.remoteValuesOf(record),
    }));
    try {
      await remote.update(link.remoteTableId, content.fields, records);
      await this.#agree(link, content, changed);
      tally.count('pushed', changed.length);
    } catch (error) {
      if (!(error instanceof RemoteValuesRefused)) throw error;
      const [first] = changed;
      if (changed.length === 1 && first) {
        tally.fail(first.record.id, error.message);
        await this.links.settle(link, [first.change]);
        return;
      }
      for (const one of changed) await this.#change(link, content, remote, [one], tally);
    }
  }

  async #remove(
    link: TableLink,
    remote: RemoteTables,
    removed: Plan['removed'],
    tally: LinkTally,
  ): Promise<void> {
    if (removed.length === 0) return;
    const ids = removed.map(({ known }) => known.remoteId);
    await remote.remove(link.remoteTableId, ids);
    await this.unitOfWork.run(async () => {
      await this.links.forget(link, ids);
      await this.links.settle(
        link,
        removed.map(({ change }) => change),
      );
    });
    tally.count('pushed', removed.length);
  }

  async #agree(
    link: TableLink,
    content: LinkedContent,
    records: readonly (Changed & { readonly remoteId: string })[],
  ): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.links.saveRecords(
        link,
        newId(),
        records.map(({ remoteId, record }) => ({
          remoteId,
          recordId: record.id,
          hash: content.hashOf(record),
        })),
      );
      await this.links.settle(
        link,
        records.map(({ change }) => change),
      );
    });
  }

  /** Records of the remote table that belong to none here, by their values. */
  async #unknownThere(
    link: TableLink,
    content: LinkedContent,
    remote: RemoteTables,
  ): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    const seen = new Set<string>();
    let cursor: string | null = null;
    do {
      const page = await remote.records(link.remoteTableId, content.fields, cursor);
      const known = await this.links.byRemoteIds(
        link,
        page.items.map(({ id }) => id),
      );
      for (const { id, values } of page.items) {
        const fitting = content.fitting(values);
        if (known.has(id) || typeof fitting === 'string') continue;
        found.set(fitting.hash, [...(found.get(fitting.hash) ?? []), id]);
      }
      cursor = page.next === null || seen.has(page.next) ? null : page.next;
      if (cursor !== null) seen.add(cursor);
    } while (cursor !== null);
    return found;
  }
}
