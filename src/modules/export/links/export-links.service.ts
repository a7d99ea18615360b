import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { newId } from '#common/database';
import { Clock } from '#common/time';
import { AuditLog } from '#modules/auth';
import { ExportsService } from '../exports.service.js';
import { LinkInvalid } from '../exports.errors.js';
import {
  DEFAULT_LINK_SECONDS,
  type ExportLink,
  type LinkDraft,
  type SignedLink,
} from './export-link.types.js';
import { ExportLinksRepository } from './export-links.repository.js';
import { LinkSignatures } from './link-signatures.js';

/** Links by which a file is fetched without a token. */
@Injectable()
export class ExportLinksService {
  constructor(
    private readonly exports: ExportsService,
    private readonly links: ExportLinksRepository,
    private readonly signatures: LinkSignatures,
    private readonly auditLog: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** @throws ExportNotFound, ExportNotReady, ExportExpired */
  async make(
    actor: Actor,
    exportId: string,
    { expiresInSeconds = DEFAULT_LINK_SECONDS, singleUse = false }: LinkDraft,
  ): Promise<SignedLink> {
    const one = await this.exports.getReady(actor, exportId);
    const createdAt = this.clock.now();
    const until = Math.min(createdAt.getTime() + expiresInSeconds * 1_000, one.expiresAt.getTime());
    const link: ExportLink = {
      ...{
        id: newId(),
        workspaceId: actor.workspaceId,
        exportId,
        isSingleUse: singleUse,
        uses: 0,
        createdAt,
      },
      ...{ createdById: actor.id, createdByUserId: actor.userId, expiresAt: new Date(until) },
    };
    await this.links.add(link);
    await this.auditLog.record(actor, {
      ...{ action: 'export.link', subject: 'Export', subjectId: exportId },
      details: { linkId: link.id, expiresAt: link.expiresAt.toISOString(), singleUse },
    });
    const token = this.signatures.tokenOf(link.id, exportId);
    return {
      path: `/v1/exports/${exportId}/file?token=${token}`,
      expiresAt: link.expiresAt,
      isSingleUse: singleUse,
    };
  }

  /** @throws LinkInvalid */
  async open(exportId: string, token: string): Promise<ExportLink> {
    const id = this.signatures.linkIn(token, exportId);
    const link = id === null ? null : await this.links.find(id, exportId);
    if (!link || link.expiresAt <= this.clock.now() || (link.isSingleUse && link.uses > 0))
      throw new LinkInvalid();
    return link;
  }

  /** @throws LinkInvalid when somebody else was faster. */
  async use(link: ExportLink): Promise<void> {
    if (!(await this.links.use(link))) throw new LinkInvalid();
  }
}
