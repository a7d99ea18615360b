import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { RowFilter } from '#common/access';
import { decodeCursor, type Page, type PageRequest, Sql, toPage, where } from '#common/database';
import type { ConversationFilter } from './conversations.types.js';
import { Conversation } from './entities/conversation.entity.js';
import { ownerOf } from './owner-filter.js';

@Injectable()
export class ConversationsRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly sql: Sql,
  ) {}

  add(conversation: Conversation): Conversation {
    this.em.persist(conversation);
    return conversation;
  }

  find(visible: RowFilter, id: string): Promise<Conversation | null> {
    return this.em.findOne(Conversation, where<Conversation>(visible, { id }), { refresh: true });
  }

  /** Newest first by when they began, so that pages do not shift while messages arrive. */
  async list(
    workspaceId: string,
    visible: RowFilter,
    filter: ConversationFilter,
    { limit, cursor }: PageRequest,
  ): Promise<Page<Conversation>> {
    const before = cursor ? { id: { $lt: decodeCursor(cursor) } } : {};
    const ids = needsMessages(filter)
      ? { id: { $in: await this.#withAnswers(workspaceId, visible, filter, { limit, cursor }) } }
      : {};
    const rows = await this.em.find(
      Conversation,
      where<Conversation>(visible, before, columnsOf(filter), ids),
      {
        orderBy: { id: 'desc' },
        limit: limit + 1,
      },
    );
    return toPage(rows, limit);
  }

  /** Takes along, in the database, its messages, citations and feedback. */
  async remove(visible: RowFilter, id: string): Promise<boolean> {
    return (await this.em.nativeDelete(Conversation, where<Conversation>(visible, { id }))) > 0;
  }

  /** The conversations of one page that have an answer as the filter asks for. */
  async #withAnswers(
    workspaceId: string,
    visible: RowFilter,
    filter: ConversationFilter,
    { limit, cursor }: PageRequest,
  ): Promise<string[]> {
    const ownerId = ownerOf(visible);
    const { botId = null, channel = null, externalUserId = null, answered = null, rating = null } = filter;
    const rows = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      `select c.id from conversations c
       where c.workspace_id = ? and c.id < ?::uuid
         and (?::uuid is null or c.bot_id = ?) and (?::text is null or c.channel = ?)
         and (?::text is null or c.external_user_id = ?) and (?::uuid is null or c.created_by_id = ?)
         and c.created_at >= ? and c.created_at < ?
         and exists (
           select 1 from messages m
           left join message_feedback f on f.workspace_id = m.workspace_id and f.message_id = m.id
           where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.role = 'assistant'
             and (?::boolean is null or m.answered = ?) and (?::text is null or f.rating = ?))
       order by c.id desc limit ?`,
      [
        workspaceId,
        cursor ? decodeCursor(cursor) : 'ffffffff-ffff-ffff-ffff-ffffffffffff',
        ...[botId, botId, channel, channel, externalUserId, externalUserId, ownerId, ownerId],
        filter.from ?? new Date(0),
        filter.to ?? new Date('9999-01-01T00:00:00Z'),
        ...[answered, answered, rating, rating],
        limit + 1,
      ],
    );
    return rows.map((row) => row.id);
  }
}

function needsMessages({ answered, rating }: ConversationFilter): boolean {
  return answered !== undefined || rating !== undefined;
}

function columnsOf({ botId, channel, externalUserId, from, to }: ConversationFilter): object {
  return {
    ...(botId ? { botId } : {}),
    ...(channel ? { channel } : {}),
    ...(externalUserId ? { externalUserId } : {}),
    ...((from ?? to) ? { createdAt: { ...(from ? { $gte: from } : {}), ...(to ? { $lt: to } : {}) } } : {}),
  };
}
