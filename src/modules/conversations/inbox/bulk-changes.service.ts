import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { newId, UnitOfWork } from '#common/database';
import { InvalidFields, NotFound } from '#common/errors';
import { EventOutbox } from '#common/events';
import { type JobContext, JobQueue, type JobRef } from '#common/jobs';
import { AuditLog } from '#modules/auth';
import { conversationsBulkChanged } from '../conversations.events.js';
import { changeConversations } from '../jobs/change-conversations.job.js';
import { type Asker, type FilterFields, filterOf } from './filter-fields.js';
import { InboxRepository } from './inbox.repository.js';
import type { BulkChange } from './inbox.types.js';
import { tidyTags } from './tidy-tags.js';

const BATCH = 100;

/** A change that was asked for, and how many conversations it is about. */
export interface StartedBulkChange {
  readonly id: string;
  readonly matched: number;
  readonly job: JobRef;
}

/** Changes of many conversations at once, found by a filter. */
@Injectable()
export class BulkChangesService {
  constructor(
    private readonly inbox: InboxRepository,
    private readonly abilities: Abilities,
    private readonly auditLog: AuditLog,
    private readonly jobs: JobQueue,
    private readonly outbox: EventOutbox,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Those that begin later are left as they are. @throws InvalidFields when nothing would be changed; Forbidden to who may not remove conversations, when they are to be */
  async start(actor: Actor & Asker, fields: FilterFields, wanted: BulkChange): Promise<StartedBulkChange> {
    const change = tidy(wanted);
    // Nobody may do this to only some conversations: whoever may change or remove any may do so with all.
    this.abilities.assertCan(actor, change.delete ? 'delete' : 'update', 'Conversation');
    const { workspaceId } = actor;
    const filter = filterOf(fields, actor);
    return this.unitOfWork.run(async () => {
      const id = newId();
      const matched = await this.inbox.count(workspaceId, filter);
      await this.inbox.addOrder({ id, workspaceId, filter, change, matched }, actor.id);
      const job = await this.jobs.add(changeConversations, { orderId: id }, { workspaceId });
      await this.auditLog.record(actor, {
        ...{ action: 'conversations.bulk_change', subject: 'Conversation', subjectId: id },
        details: { matched, ...factsOf(change) },
      });
      return { id, matched, job };
    });
  }

  /** Does what was asked for, batch by batch. Safe to repeat: what was done stays done. */
  async run(orderId: string, { job, ...context }: JobContext): Promise<{ changed: number }> {
    const { workspaceId } = job;
    const order = await this.inbox.findOrder(workspaceId, orderId);
    if (!order) throw new NotFound('The change');
    let [before, changed] = [orderId, 0];
    for (let ids = await this.inbox.listIds(order, before, BATCH); ids.length > 0;) {
      context.throwIfCancelled();
      const batch = ids;
      await this.unitOfWork.run(() => this.inbox.apply(workspaceId, batch, order.change));
      changed += batch.length;
      before = batch.at(-1) ?? before;
      const known = Math.max(order.matched, changed);
      context.progress(changed / known, 'changing', { done: changed, known, unit: 'conversations' });
      ids = await this.inbox.listIds(order, before, BATCH);
    }
    await this.unitOfWork.run(async () => {
      await this.inbox.finishOrder(workspaceId, orderId, changed);
      await this.outbox.publish(conversationsBulkChanged, { orderId, changed }, { workspaceId });
    });
    return { changed };
  }
}

/** @throws InvalidFields when nothing would be changed */
function tidy({ addTags, removeTags, ...others }: BulkChange): BulkChange {
  const change = {
    ...others,
    ...(addTags && { addTags: tidyTags(addTags) }),
    ...(removeTags && { removeTags: tidyTags(removeTags) }),
  };
  const { status, assigneeId } = change;
  const isAnything = status !== undefined || assigneeId !== undefined || change.delete === true;
  if (!isAnything && !change.addTags?.length && !change.removeTags?.length)
    throw new InvalidFields([{ path: 'change', message: 'must change something' }]);
  return change;
}

/** What is changed, without the words of tags. */
function factsOf({ addTags, removeTags, ...change }: BulkChange): Readonly<Record<string, unknown>> {
  const counts = { tagsAdded: addTags?.length ?? 0, tagsRemoved: removeTags?.length ?? 0 };
  return { ...change, ...counts };
}
