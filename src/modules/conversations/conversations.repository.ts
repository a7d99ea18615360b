import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { RowFilter } from '#common/access';
import {
  NOT_PREPARED,
  type Page,
  type PageRequest,
  Sql,
  type Statement,
  translateViolations,
  where,
} from '#common/database';
import type { DomainError } from '#common/errors';
import { conversationCondition, type ConversationScope } from './conversation-conditions.js';
import type { ConversationFilter, Sort } from './conversations.types.js';
import { ConversationHeld } from './conversations.errors.js';
import { Conversation } from './entities/conversation.entity.js';
import { ownerOf } from './owner-filter.js';
import { type LastRow, QueryCursor } from './query-cursor.js';
import { MessageHitsRepository } from './search/message-hits.repository.js';
import { parseSearch } from './search/parse-search.js';

@Injectable()
export class ConversationsRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly sql: Sql,
    private readonly hits: MessageHitsRepository,
  ) {}

  /** @throws what `botGone` makes, when the bot was deleted meanwhile. */
  async add(conversation: Conversation, botGone: () => DomainError): Promise<void> {
    await translateViolations({ conversations_bot_fk: botGone }, () => this.em.insert(conversation));
  }

  find(visible: RowFilter, id: string): Promise<Conversation | null> {
    return this.em.findOne(Conversation, where<Conversation>(visible, { id }), { refresh: true });
  }

  /**
   * Newest first by when they began, so that pages do not shift while messages arrive; or by how well they fit what is
   * looked for.
   */
  async list(
    scope: ConversationScope,
    filter: ConversationFilter,
    { limit, cursor, sort }: PageRequest & { readonly sort: Sort },
  ): Promise<Page<Conversation>> {
    const query = new QueryCursor({ list: 'conversations', sort, ...filter });
    const after = cursor === undefined ? undefined : query.decode(cursor);
    const { q, ...others } = filter;
    const isRanked = sort === 'relevance' && q !== undefined;
    const rows = isRanked
      ? await this.hits.listConversations(scope, parseSearch(q), others, { limit }, after)
      : await this.#listIds(scope, filter, limit, after);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      data: await this.#inOrder(rows.slice(0, limit)),
      nextCursor: last ? query.encode(last) : null,
    };
  }

  /** What has to hold of a row of `conversations`, called `c`, for the filter and the rights of the actor. */
  conditionsOf(workspaceId: string, visible: RowFilter, filter: ConversationFilter): Statement {
    return conversationCondition({ workspaceId, ownerId: ownerOf(visible) }, filter);
  }

  /** Takes along, in the database, its messages, citations and feedback. @throws ConversationHeld */
  async remove(visible: RowFilter, id: string): Promise<boolean> {
    return translateViolations(
      { conversations_held: () => new ConversationHeld() },
      async () => (await this.em.nativeDelete(Conversation, where<Conversation>(visible, { id }))) > 0,
    );
  }

  /** Whether it is kept whatever its age. */
  async hold(visible: RowFilter, id: string, legalHold: boolean): Promise<boolean> {
    return (
      (await this.em.nativeUpdate(Conversation, where<Conversation>(visible, { id }), { legalHold })) > 0
    );
  }

  async #listIds(
    scope: ConversationScope,
    filter: ConversationFilter,
    limit: number,
    after?: LastRow,
  ): Promise<LastRow[]> {
    const { sql, params } = conversationCondition(scope, filter);
    const rows = await this.sql.inWorkspace<{ id: string }>(
      scope.workspaceId,
      `${filter.q === undefined ? '' : NOT_PREPARED}select c.id from conversations c
       where ${sql} ${after ? 'and c.id < ?::uuid' : ''} order by c.id desc limit ?`,
      [...params, ...(after ? [after.id] : []), limit + 1],
    );
    return rows.map(({ id }) => ({ id, score: 0 }));
  }

  async #inOrder(rows: readonly LastRow[]): Promise<Conversation[]> {
    if (rows.length === 0) return [];
    const found = await this.em.find(
      Conversation,
      { id: { $in: rows.map(({ id }) => id) } },
      { refresh: true },
    );
    const byId = new Map(found.map((conversation) => [conversation.id, conversation]));
    return rows.flatMap(({ id }) => byId.get(id) ?? []);
  }
}
