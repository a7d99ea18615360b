import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { Tenancy } from '#common/database';
import { FileGone, type FileRange, FileStore } from '#common/storage';
import { type AuditActor, AuditLog } from '#modules/auth';
import { isSameFile, rangeOf } from './byte-range.js';
import type { Export, ExportPart } from './export.types.js';
import { RangeOutside } from './exports.errors.js';
import { ExportsRepository } from './exports.repository.js';
import { ExportsService } from './exports.service.js';
import { ExportLinksService } from './links/export-links.service.js';
import { fileKey } from './file-key.js';

/** What a client asks for. */
export interface DownloadWish {
  readonly range?: string | undefined;
  readonly ifRange?: string | undefined;
  /** Whether only to tell what there is. */
  readonly isHead: boolean;
}

/** A file, or a part of one, on its way. */
export interface Download {
  readonly fileName: string;
  readonly format: Export['format'];
  readonly isZipped: boolean;
  readonly bytes: number;
  readonly etag: string;
  readonly sha256: string;
  /** Null where it is all of the file. */
  readonly range: FileRange | null;
  /** Null where only the head was asked for. */
  readonly content: Readable | null;
}

/** Hands out files of exports; each time is noted in the audit log. */
@Injectable()
export class DownloadsService {
  constructor(
    private readonly exports: ExportsService,
    private readonly repository: ExportsRepository,
    private readonly links: ExportLinksService,
    private readonly store: FileStore,
    private readonly auditLog: AuditLog,
    private readonly tenancy: Tenancy,
  ) {}

  /** @throws ExportNotFound, ExportNotReady, ExportExpired, FileGone, RangeOutside */
  async open(actor: Actor, id: string, wish: DownloadWish): Promise<Download> {
    return this.#open(await this.exports.getReady(actor, id), actor, wish);
  }

  /** @throws LinkInvalid, ExportNotReady, ExportExpired, RangeOutside */
  async openByLink(id: string, token: string, wish: DownloadWish): Promise<Download> {
    const link = await this.links.open(id, token);
    const { workspaceId, createdByUserId: userId } = link;
    return this.tenancy.run(workspaceId, async () => {
      const one = await this.exports.getReadyIn(workspaceId, id);
      if (!wish.isHead) await this.links.use(link);
      return this.#open(one, { kind: 'link', workspaceId, id: link.id, userId }, wish);
    });
  }

  async #open(one: Export, reader: Actor | AuditActor, wish: DownloadWish): Promise<Download> {
    const { id, workspaceId, bytes, fileName, format } = one;
    const sha256 = one.sha256 ?? '';
    const etag = `"${sha256}"`;
    const range = isSameFile(wish.ifRange, etag) ? rangeOf(wish.range, bytes) : null;
    if (range === 'outside') throw new RangeOutside(bytes);
    const about = { fileName, format, isZipped: one.settings.gzip, bytes, etag, sha256, range };
    if (wish.isHead) return { ...about, content: null };
    const parts = await this.repository.parts(workspaceId, id);
    if (parts.reduce((sum, part) => sum + part.bytes, 0) !== bytes) return this.#gone(workspaceId, id);
    await this.auditLog.record(reader, {
      ...{ action: 'export.download', subject: 'Export', subjectId: id },
      details: {
        resource: one.resource,
        format,
        bytes,
        ...(range ? { from: range.start, to: range.end } : {}),
      },
    });
    const content = Readable.from(this.#joined(parts, range ?? { start: 0, end: bytes }), {
      objectMode: false,
    });
    return { ...about, content };
  }

  /** Of an export that was removed or erased since it was looked up. */
  async #gone(workspaceId: string, id: string): Promise<never> {
    await this.exports.getReadyIn(workspaceId, id);
    throw new FileGone();
  }

  async *#joined(parts: readonly ExportPart[], { start, end }: FileRange): AsyncGenerator<Uint8Array> {
    let offset = 0;
    for (const { id, bytes } of parts) {
      const range = { start: Math.max(0, start - offset), end: Math.min(bytes, end - offset) };
      offset += bytes;
      if (range.start < range.end) yield* this.store.read(fileKey(id), range) as AsyncIterable<Uint8Array>;
    }
  }
}
