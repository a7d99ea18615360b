import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { SecretBox } from '#common/crypto';
import { newId, type Page, type PageRequest, UnitOfWork } from '#common/database';
import { JobQueue } from '#common/jobs';
import { Clock } from '#common/time';
import { AuditLog } from '#modules/auth';
import { eraseVisitor } from './erase-visitor.job.js';
import type { Erasure } from './erasure.types.js';
import { ConversationHeld } from '../conversations.errors.js';
import { ErasureNotFound } from './erasures.errors.js';
import { ErasuresRepository } from './erasures.repository.js';

/** Forgetting people, and the certificates of it. */
@Injectable()
export class ErasuresService {
  constructor(
    private readonly erasures: ErasuresRepository,
    private readonly abilities: Abilities,
    private readonly box: SecretBox,
    private readonly auditLog: AuditLog,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Lets a job forget a person. @throws ConversationHeld */
  async start(actor: Actor, externalUserId: string): Promise<Erasure> {
    this.abilities.assertCan(actor, 'create', 'Erasure');
    const { workspaceId, id: requestedById, userId: requestedByUserId } = actor;
    if (await this.erasures.isHeld(workspaceId, externalUserId)) throw new ConversationHeld();
    const one: Erasure = {
      ...{ id: newId(), workspaceId, requestedById, requestedByUserId },
      subjectHash: createHash('sha256').update(externalUserId).digest('hex'),
      sealedSubject: this.box.seal(externalUserId, workspaceId),
      ...{ jobId: null, jobState: null, removed: {}, createdAt: this.clock.now(), finishedAt: null },
    };
    return this.unitOfWork.run(async () => {
      await this.erasures.add(one);
      const job = await this.jobs.add(eraseVisitor, { erasureId: one.id }, { workspaceId });
      await this.erasures.saveJob(workspaceId, one.id, job.id);
      // By the hash alone: the log must not remember whom it tells to forget.
      await this.auditLog.record(actor, {
        ...{ action: 'erasure.start', subject: 'Erasure', subjectId: one.id },
        details: { subjectHash: one.subjectHash },
      });
      return { ...one, jobId: job.id, jobState: job.state };
    });
  }

  /** @throws ErasureNotFound */
  async get(actor: Actor, id: string): Promise<Erasure> {
    this.abilities.assertCan(actor, 'read', 'Erasure');
    const one = await this.erasures.find(actor.workspaceId, id);
    if (!one) throw new ErasureNotFound();
    return one;
  }

  list(actor: Actor, page: PageRequest): Promise<Page<Erasure>> {
    this.abilities.assertCan(actor, 'read', 'Erasure');
    return this.erasures.list(actor.workspaceId, page);
  }
}
