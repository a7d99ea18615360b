import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { SecretBox } from '#common/crypto';
import { UnitOfWork } from '#common/database';
import { EventOutbox } from '#common/events';
import { KeptAnswers } from '#common/http';
import type { JobContext } from '#common/jobs';
import { visitorErased } from '../conversations.events.js';
import { ErasureNotFound } from './erasures.errors.js';
import { ErasuresRepository } from './erasures.repository.js';
import { addUp, VisitorErasers } from './visitor-erasers.js';

const CONVERSATIONS_AT_ONCE = 100;
/** What was being written when the last conversation went has been written by then. */
const LAST_LOOK_AFTER_MS = 1_500;

/** Forgets a person: conversations with all that hangs on them, and whatever else tells of them anywhere. */
@Injectable()
export class EraseVisitor {
  constructor(
    private readonly erasures: ErasuresRepository,
    private readonly erasers: VisitorErasers,
    private readonly keptAnswers: KeptAnswers,
    private readonly outbox: EventOutbox,
    private readonly box: SecretBox,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws ErasureNotFound; ConversationHeld when a hold was put on something meanwhile */
  async execute(erasureId: string, context: JobContext): Promise<object> {
    const { workspaceId } = context.job;
    const erasure = await this.erasures.find(workspaceId, erasureId);
    if (!erasure) throw new ErasureNotFound();
    if (erasure.sealedSubject === null) return erasure.removed;
    const externalUserId = this.box.open(erasure.sealedSubject, workspaceId);
    const place = { workspaceId, erasureId, externalUserId };
    // What arrives while it goes on is erased, too: it ends when a look finds nothing after a pause.
    for (let isLastLook = false; ;) {
      context.throwIfCancelled();
      const found = await this.erasures.conversationsOf(workspaceId, externalUserId, CONVERSATIONS_AT_ONCE);
      if (found.length === 0 && isLastLook) break;
      await this.#eraseSome(place, found);
      isLastLook = found.length === 0;
      if (isLastLook) await sleep(LAST_LOOK_AFTER_MS, undefined, { signal: context.signal });
      context.progress(0.5, 'erasing');
    }
    await this.unitOfWork.run(async () => {
      await this.erasures.finish(workspaceId, erasureId);
      await this.outbox.publish(
        visitorErased,
        { erasureId, subjectHash: erasure.subjectHash },
        { workspaceId },
      );
    });
    return (await this.erasures.find(workspaceId, erasureId))?.removed ?? {};
  }

  /** The rows that lead to other places go last, so that a repeated erasure finds them. */
  async #eraseSome(
    {
      workspaceId,
      erasureId,
      externalUserId,
    }: Record<'workspaceId' | 'erasureId' | 'externalUserId', string>,
    conversationIds: readonly string[],
  ): Promise<void> {
    const removed: Record<string, number> = {};
    addUp(removed, await this.erasers.erase({ workspaceId, externalUserId, conversationIds }));
    const mentions = [...conversationIds, JSON.stringify(externalUserId)];
    addUp(removed, { answersKept: await this.keptAnswers.forget(workspaceId, mentions) });
    await this.unitOfWork.run(async () => {
      if (conversationIds.length > 0)
        addUp(removed, await this.erasures.removeConversations(workspaceId, conversationIds));
      const needle = JSON.stringify(externalUserId);
      addUp(removed, await this.erasures.removeTraces(workspaceId, { conversationIds, needle }));
      await this.erasures.count(workspaceId, erasureId, removed);
    });
  }
}
