import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { RowFilter } from '#common/access';
import {
  decodeCursor,
  type Page,
  type PageRequest,
  Sql,
  type Statement,
  toPage,
  translateViolations,
  where,
} from '#common/database';
import type { DomainError } from '#common/errors';
import { ConversationHeld } from './conversations.errors.js';
import type { ConversationFilter } from './conversations.types.js';
import { Conversation } from './entities/conversation.entity.js';
import { ownerOf } from './owner-filter.js';

@Injectable()
export class ConversationsRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly sql: Sql,
  ) {}

  /** @throws what `botGone` makes, when the bot was deleted meanwhile. */
  async add(conversation: Conversation, botGone: () => DomainError): Promise<void> {
    await translateViolations({ conversations_bot_fk: botGone }, () => this.em.insert(conversation));
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
    const before = [
      { id: idsBetween(filter.from, filter.to) },
      ...(cursor ? [{ id: { $lt: decodeCursor(cursor) } }] : []),
    ].filter(({ id }) => Object.keys(id).length > 0);
    const ids = needsMessages(filter)
      ? { id: { $in: await this.#withAnswers(workspaceId, visible, filter, { limit, cursor }) } }
      : {};
    const rows = await this.em.find(
      Conversation,
      where<Conversation>(visible, ...before, columnsOf(filter), ids),
      {
        orderBy: { id: 'desc' },
        limit: limit + 1,
      },
    );
    return toPage(rows, limit);
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

  /** The conversations of one page that have an answer as the filter asks for. */
  async #withAnswers(
    workspaceId: string,
    visible: RowFilter,
    filter: ConversationFilter,
    { limit, cursor }: PageRequest,
  ): Promise<string[]> {
    const { sql, params } = conversationsWithAnswers(workspaceId, ownerOf(visible), filter, cursor);
    const rows = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      `${sql} order by c.id desc limit ?`,
      [...params, limit + 1],
    );
    return rows.map((row) => row.id);
  }
}

/** A statement with those conditions only that are asked for, so that each combination has a plan of its own. */
function conversationsWithAnswers(
  workspaceId: string,
  ownerId: string | null,
  filter: ConversationFilter,
  cursor?: string,
): Statement {
  const { botId, channel, externalUserId, from, to, answered, rating } = filter;
  const bounds = idsBetween(from, to);
  const conditions: readonly (readonly [string, unknown])[] = [
    ['c.workspace_id = ?', workspaceId],
    ['c.id < ?::uuid', cursor && decodeCursor(cursor)],
    ['c.id >= ?::uuid', bounds.$gte],
    ['c.id < ?::uuid', bounds.$lt],
    ['c.bot_id = ?', botId],
    ['c.channel = ?', channel],
    ['c.external_user_id = ?', externalUserId],
    ['c.created_by_id = ?', ownerId],
    ['c.created_at >= ?', from],
    ['c.created_at < ?', to],
    [
      `exists (select 1 from messages m where ${OF_CONVERSATION} and m.answered = ?)`,
      rating ? undefined : answered,
    ],
    [
      answered === undefined
        ? `exists (select 1 from message_feedback f where f.workspace_id = c.workspace_id and f.conversation_id = c.id
            and f.rating = ?)`
        : `exists (select 1 from messages m ${WITH_FEEDBACK} where ${OF_CONVERSATION} and f.rating = ?
            and m.answered = ${String(answered)})`,
      rating,
    ],
  ];
  const given = conditions.filter(([, value]) => value !== undefined && value !== null);
  return {
    sql: `select c.id from conversations c where ${given.map(([condition]) => condition).join(' and ')}`,
    params: given.map(([, value]) => value),
  };
}

const OF_CONVERSATION = `m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.role = 'assistant'`;
const WITH_FEEDBACK = 'join message_feedback f on f.workspace_id = m.workspace_id and f.message_id = m.id';
/** How far the time in an id may be from the time in its row: clocks are set back and apart. */
const CLOCK_SLACK_MS = 86_400_000;

/**
 * Ids carry the time at which they were made (UUIDv7): what lies outside of a stretch of time need not be read, although
 * lists are in the order of ids.
 */
function idsBetween(from?: Date, to?: Date): { $gte?: string; $lt?: string } {
  return {
    ...(from ? { $gte: firstIdAt(from.getTime() - CLOCK_SLACK_MS) } : {}),
    ...(to ? { $lt: firstIdAt(to.getTime() + CLOCK_SLACK_MS) } : {}),
  };
}

function firstIdAt(ms: number): string {
  const time = Math.min(Math.max(0, ms), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
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
