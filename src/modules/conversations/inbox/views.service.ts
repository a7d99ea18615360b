import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { type Page, type PageRequest, UnitOfWork } from '#common/database';
import { NotFound } from '#common/errors';
import { TooManyViews } from '../conversations.errors.js';
import { ConversationsService } from '../conversations.service.js';
import type { Conversation } from '../entities/conversation.entity.js';
import { filterOf } from './filter-fields.js';
import { FilterReferences } from './filter-references.js';
import { type ConversationView, INBOX_LIMITS, type ViewDraft } from './inbox.types.js';
import { ViewsRepository } from './views.repository.js';

/** Filters that a team keeps under names. */
@Injectable()
export class ViewsService {
  constructor(
    private readonly views: ViewsRepository,
    private readonly references: FilterReferences,
    private readonly conversations: ConversationsService,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws InvalidFields, ViewNameTaken, TooManyViews */
  async create({ workspaceId, id }: Actor, draft: ViewDraft): Promise<ConversationView> {
    await this.references.assertKnown(workspaceId, draft.filter);
    return this.unitOfWork.run(async () => {
      const view = await this.views.add(workspaceId, id, draft);
      if ((await this.views.count(workspaceId)) > INBOX_LIMITS.views) throw new TooManyViews();
      return view;
    });
  }

  list({ workspaceId }: Actor, page: PageRequest): Promise<Page<ConversationView>> {
    return this.views.list(workspaceId, page);
  }

  /** @throws NotFound */
  async get({ workspaceId }: Actor, id: string): Promise<ConversationView> {
    return found(await this.views.find(workspaceId, id));
  }

  /** @throws InvalidFields, NotFound, ViewNameTaken */
  async update({ workspaceId }: Actor, id: string, changes: Partial<ViewDraft>): Promise<ConversationView> {
    if (changes.filter) await this.references.assertKnown(workspaceId, changes.filter);
    return found(await this.views.change(workspaceId, id, changes));
  }

  /** @throws NotFound */
  async remove({ workspaceId }: Actor, id: string): Promise<void> {
    if (!(await this.views.remove(workspaceId, id))) throw new NotFound('The view');
  }

  /** What the view shows to the actor: `me` and `unread` are about whoever looks. @throws NotFound */
  async listConversations(actor: Actor, id: string, page: PageRequest): Promise<Page<Conversation>> {
    const { filter, sort } = await this.get(actor, id);
    return this.conversations.list(actor, filterOf(filter, actor), { ...page, sort });
  }
}

function found(view: ConversationView | null): ConversationView {
  if (!view) throw new NotFound('The view');
  return view;
}
