import { Injectable } from '@nestjs/common';
import { newId, UnitOfWork } from '#common/database';
import { InvalidFields } from '#common/errors';
import type { JobContext } from '#common/jobs';
import type { RemoteRecord, RemoteTables } from '../ports/remote-tables.port.js';
import { RecordWriter } from '../records/record-writer.js';
import { RecordsRepository } from '../records/records.repository.js';
import { codeOf } from '../storage/error-code.js';
import { RecordLinked, TableNotFound, ValueTaken } from '../tables.errors.js';
import { TablesRepository } from '../tables.repository.js';
import type { HostedTable } from '../tables.types.js';
import { type FittingRecord, LinkedContent } from './linked-content.js';
import type { LinkTally } from './link-tally.js';
import { LinksRepository } from './links.repository.js';
import { LinkNotFound } from './remote.errors.js';
import type { LinkedRecord, TableLink } from './remote.types.js';

const GONE_AT_ONCE = 200;
/** Of values that the database does not take: unique ones that it finds to be the same, and those beyond its types. */
const REFUSED_VALUE = /^(23505|22...|54000)$/;

type Incoming = FittingRecord & { readonly remoteId: string };

/** What a piece of the remote table means for the records here. */
interface Plan {
  readonly fresh: readonly Incoming[];
  readonly changed: readonly (Incoming & { readonly recordId: string })[];
  readonly same: readonly LinkedRecord[];
}

/**
 * Takes over the records of the remote table, a piece at a time. Each piece is one transaction, together with what is
 * known of its records: whenever it ends, by whatever, another run writes nothing twice.
 */
@Injectable()
export class PullRecords {
  constructor(
    private readonly links: LinksRepository,
    private readonly tables: TablesRepository,
    private readonly records: RecordsRepository,
    private readonly writer: RecordWriter,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Records are removed only once all of the remote table has been read. */
  async execute(link: TableLink, remote: RemoteTables, tally: LinkTally, context: JobContext): Promise<void> {
    const runId = newId();
    const { recordCount } = await this.#table(link);
    let read = 0;
    let cursor: string | null = null;
    const seen = new Set<string>();
    do {
      const content: LinkedContent = new LinkedContent(await this.#table(link), link.fields);
      const page = await remote.records(link.remoteTableId, content.fields, cursor);
      await this.#take(link, content, runId, page.items, tally);
      read += page.items.length;
      context.progress(Math.min(0.9, read / Math.max(1, read, recordCount)), 'reading the remote table');
      context.throwIfCancelled();
      // A service that gives the same piece again and again is not read for ever.
      cursor = page.next === null || seen.has(page.next) ? null : page.next;
      if (cursor !== null) seen.add(cursor);
    } while (cursor !== null);
    await this.#removeUnseen(link, runId, tally, context);
  }

  async #take(
    link: TableLink,
    content: LinkedContent,
    runId: string,
    items: readonly RemoteRecord[],
    tally: LinkTally,
  ): Promise<void> {
    const incoming = new Map<string, Incoming>();
    const misfits: string[] = [];
    for (const { id, values } of items) {
      const fitting = content.fitting(values);
      if (typeof fitting !== 'string') {
        incoming.set(id, { ...fitting, remoteId: id });
        continue;
      }
      tally.fail(id, fitting);
      misfits.push(id);
    }
    // What does not fit keeps what it had.
    await this.links.see(link, runId, misfits);
    await this.#write(link, runId, [...incoming.values()], tally);
  }

  /** Records that are not taken together are halved until it is known which it is. */
  async #write(
    link: TableLink,
    runId: string,
    incoming: readonly Incoming[],
    tally: LinkTally,
  ): Promise<void> {
    if (incoming.length === 0) return;
    try {
      const { fresh, changed, same } = await this.#commit(link, runId, incoming);
      tally.count('added', fresh.length);
      tally.count('changed', changed.length);
      tally.count('unchanged', same.length);
    } catch (error) {
      const reason = refusalIn(error);
      if (reason === undefined) throw error;
      const [first] = incoming;
      if (incoming.length === 1 && first) {
        tally.fail(first.remoteId, reason);
        await this.links.see(link, runId, [first.remoteId]);
        return;
      }
      const half = Math.ceil(incoming.length / 2);
      await this.#write(link, runId, incoming.slice(0, half), tally);
      await this.#write(link, runId, incoming.slice(half), tally);
    }
  }

  async #commit(link: TableLink, runId: string, incoming: readonly Incoming[]): Promise<Plan> {
    const { workspaceId, tableId } = link;
    return this.unitOfWork.run(async () => {
      const [table] = await this.tables.lock(workspaceId, [tableId]);
      if (!table) throw new TableNotFound();
      if (!(await this.links.find(workspaceId, link.id))) throw new LinkNotFound();
      const plan = await this.#plan(link, table, incoming);
      const made = plan.fresh.length
        ? await this.writer.insert(
            workspaceId,
            tableId,
            plan.fresh.map(({ values }) => values),
          )
        : [];
      for (const { recordId, values } of plan.changed)
        await this.writer.update(workspaceId, tableId, recordId, values);
      await this.links.saveRecords(link, runId, [
        ...plan.fresh.map(({ remoteId, hash }, index) => ({
          remoteId,
          hash,
          recordId: made[index]?.id ?? '',
        })),
        ...plan.changed,
      ]);
      await this.links.see(
        link,
        runId,
        plan.same.map(({ remoteId }) => remoteId),
      );
      return plan;
    });
  }

  /** What was removed here comes back: the remote table says what there is. */
  async #plan(link: TableLink, table: HostedTable, incoming: readonly Incoming[]): Promise<Plan> {
    const known = await this.links.byRemoteIds(
      link,
      incoming.map(({ remoteId }) => remoteId),
    );
    const missing = await this.records.missing(
      table,
      [...known.values()].map(({ recordId }) => recordId),
    );
    const fresh: Incoming[] = [];
    const changed: (Incoming & { readonly recordId: string })[] = [];
    const same: LinkedRecord[] = [];
    for (const one of incoming) {
      const before = known.get(one.remoteId);
      if (!before || missing.has(before.recordId)) fresh.push(one);
      else if (before.hash === one.hash) same.push(before);
      else changed.push({ ...one, recordId: before.recordId });
    }
    return { fresh, changed, same };
  }

  async #removeUnseen(link: TableLink, runId: string, tally: LinkTally, context: JobContext): Promise<void> {
    for (;;) {
      const gone = await this.links.unseen(link, runId, GONE_AT_ONCE);
      if (gone.length === 0) return;
      context.throwIfCancelled();
      await this.#remove(link, runId, gone, tally);
    }
  }

  async #remove(
    link: TableLink,
    runId: string,
    gone: readonly LinkedRecord[],
    tally: LinkTally,
  ): Promise<void> {
    try {
      tally.count('deleted', await this.#commitRemoval(link, gone));
    } catch (error) {
      if (!(error instanceof RecordLinked)) throw error;
      const [first] = gone;
      if (gone.length === 1 && first) {
        tally.fail(first.remoteId, error.message);
        await this.links.see(link, runId, [first.remoteId]);
        return;
      }
      const half = Math.ceil(gone.length / 2);
      await this.#remove(link, runId, gone.slice(0, half), tally);
      await this.#remove(link, runId, gone.slice(half), tally);
    }
  }

  async #commitRemoval(link: TableLink, gone: readonly LinkedRecord[]): Promise<number> {
    const { workspaceId, tableId } = link;
    const linking = await this.tables.linkingTo(workspaceId, tableId);
    return this.unitOfWork.run(async () => {
      const locked = await this.tables.lock(workspaceId, [tableId, ...linking]);
      const table = locked.find(({ id }) => id === tableId);
      if (!table) throw new TableNotFound();
      const ids = gone.map(({ recordId }) => recordId);
      const missing = await this.records.missing(table, ids);
      const there = ids.filter((id) => !missing.has(id));
      if (there.length > 0) await this.writer.remove(workspaceId, tableId, there);
      await this.links.forget(
        link,
        gone.map(({ remoteId }) => remoteId),
      );
      return there.length;
    });
  }

  async #table({ workspaceId, tableId }: TableLink): Promise<HostedTable> {
    const table = await this.tables.find(workspaceId, tableId);
    if (!table) throw new TableNotFound();
    return table;
  }
}

/** Why records are not taken; nothing when the failure is none of theirs. */
function refusalIn(error: unknown): string | undefined {
  if (error instanceof InvalidFields || error instanceof ValueTaken) {
    const [first] = error.details.fields ?? [];
    return first ? `${first.path.replace(/^(records\.\d+\.)?fields\./, '')} ${first.message}` : error.message;
  }
  return REFUSED_VALUE.test(codeOf(error) ?? '') ? 'is not taken by the database' : undefined;
}
