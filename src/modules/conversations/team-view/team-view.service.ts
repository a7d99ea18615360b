import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import type { Page, PageRequest } from '#common/database';
import { DatasourcesService } from '#modules/datasources';
import { ConversationNotFound } from '../conversations.errors.js';
import { ConversationsRepository } from '../conversations.repository.js';
import { CorrectionsRepository } from '../corrections/corrections.repository.js';
import { MessagesRepository } from '../messages.repository.js';
import type { MessageView } from '../messages.types.js';
import type { TeamMessage } from './team-view.types.js';

const EXCERPT_CHARS = 300;

/** Conversations as the team sees them: with what answers were made from. */
@Injectable()
export class TeamViewService {
  constructor(
    private readonly conversations: ConversationsRepository,
    private readonly messages: MessagesRepository,
    private readonly corrections: CorrectionsRepository,
    private readonly datasources: DatasourcesService,
    private readonly abilities: Abilities,
  ) {}

  /** What was said, in order. @throws ConversationNotFound */
  async listMessages(actor: Actor, id: string, page: PageRequest): Promise<Page<TeamMessage>> {
    const visible = this.abilities.visibleTo(actor, 'inspect', 'Conversation');
    const conversation = await this.conversations.find(visible, id);
    if (!conversation) throw new ConversationNotFound();
    const { data, nextCursor } = await this.messages.list(conversation, page, { withTraces: true });
    return { data: await this.#complete(actor.workspaceId, data), nextCursor };
  }

  async #complete(workspaceId: string, views: readonly MessageView[]): Promise<TeamMessage[]> {
    const found = views.flatMap(({ message }) => message.trace?.found ?? []);
    const ids = [...new Set(found.flatMap(([chunkId]) => chunkId ?? []))];
    const excerpts = await this.datasources.excerpts(workspaceId, ids, EXCERPT_CHARS);
    const passages = new Map(excerpts.map((passage) => [passage.id, passage]));
    const answers = views.filter(({ message }) => message.role === 'assistant');
    const corrections = await this.corrections.list(
      workspaceId,
      answers.map(({ message }) => message.id),
    );
    const correctionOf = new Map(corrections.map((one) => [one.messageId, one]));
    return views.map((view) => ({
      ...{ view, passages, correction: correctionOf.get(view.message.id) ?? null },
    }));
  }
}
