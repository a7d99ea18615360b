import { Injectable } from '@nestjs/common';
import {
  decodeCursor,
  newId,
  type Page,
  type PageRequest,
  Sql,
  toPage,
  translateViolations,
} from '#common/database';
import { AlreadySubscribed } from '../insights.errors.js';
import { instantOf, instantOrNull, millisecondsOf } from '../instants.js';
import type { Subscription } from './subscription.types.js';

const COLUMNS = `s.id, s.workspace_id as "workspaceId", s.bot_id as "botId", s.user_id as "userId", u.email,
  ${millisecondsOf('s.created_at')} as "createdAt", ${millisecondsOf('s.last_sent_at')} as "lastSentAt",
  s.last_error as "lastError"`;
const TAKEN = { report_subscriptions_user_unique: () => new AlreadySubscribed() };

interface StoredSubscription extends Omit<Subscription, 'createdAt' | 'lastSentAt'> {
  readonly createdAt: number;
  readonly lastSentAt: number | null;
}

/** Which subscriptions are meant. */
export interface SubscriptionScope {
  readonly workspaceId: string;
  readonly botId: string;
  /** Only those of this user; null for all. */
  readonly userId: string | null;
}

@Injectable()
export class SubscriptionsRepository {
  constructor(private readonly sql: Sql) {}

  /** @throws AlreadySubscribed */
  async add(workspaceId: string, botId: string, userId: string, at: Date): Promise<Subscription> {
    const [row] = await translateViolations(TAKEN, () =>
      this.sql.inWorkspace<StoredSubscription>(
        workspaceId,
        `with made as (
           insert into report_subscriptions (id, workspace_id, bot_id, user_id, created_at)
           select ?::uuid, m.workspace_id, ?::uuid, m.user_id, ?::timestamptz from memberships m
           where m.workspace_id = ? and m.user_id = ? returning *
         )
         select ${COLUMNS} from made s join users u on u.id = s.user_id`,
        [newId(), botId, at, workspaceId, userId],
      ),
    );
    if (!row) throw new Error('Nobody but a member subscribes.');
    return toSubscription(row);
  }

  /** Oldest first. */
  async list(
    { workspaceId, botId, userId }: SubscriptionScope,
    { limit, cursor }: PageRequest,
  ): Promise<Page<Subscription>> {
    const rows = await this.sql.inWorkspace<StoredSubscription>(
      workspaceId,
      `select ${COLUMNS} from report_subscriptions s join users u on u.id = s.user_id
       where s.workspace_id = ? and s.bot_id = ? and (?::uuid is null or s.user_id = ?::uuid)
         and (?::uuid is null or s.id > ?::uuid)
       order by s.id limit ?::int`,
      [
        ...[workspaceId, botId, userId, userId],
        ...Array.from({ length: 2 }, () => (cursor === undefined ? null : decodeCursor(cursor))),
        limit + 1,
      ],
    );
    return toPage(rows.map(toSubscription), limit);
  }

  async find(workspaceId: string, id: string): Promise<Subscription | null> {
    const [row] = await this.sql.inWorkspace<StoredSubscription>(
      workspaceId,
      `select ${COLUMNS} from report_subscriptions s join users u on u.id = s.user_id
       where s.workspace_id = ? and s.id = ?`,
      [workspaceId, id],
    );
    return row ? toSubscription(row) : null;
  }

  /** Whoever holds the link is in no workspace; its signature was checked before. */
  async findByLink(id: string): Promise<(Subscription & { readonly botName: string }) | null> {
    const [row] = await this.sql.acrossWorkspaces<StoredSubscription & { botName: string }>(
      'whoever holds a signed link is in no workspace',
      `select ${COLUMNS}, b.name as "botName" from report_subscriptions s join users u on u.id = s.user_id
       join bots b on b.workspace_id = s.workspace_id and b.id = s.bot_id where s.id = ?::uuid`,
      [id],
    );
    return row ? { ...toSubscription(row), botName: row.botName } : null;
  }

  /** @returns the id, or null when there is none. */
  async remove({ workspaceId, botId, userId }: SubscriptionScope, id: string): Promise<string | null> {
    const [row] = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      `delete from report_subscriptions where workspace_id = ? and bot_id = ? and id = ?
         and (?::uuid is null or user_id = ?::uuid) returning id`,
      [workspaceId, botId, id, userId, userId],
    );
    return row?.id ?? null;
  }

  /** @param error the code of what kept the letter from being sent; null when it was sent. */
  async noteLetter(workspaceId: string, id: string, at: Date, error: string | null): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update report_subscriptions set last_error = ?::text,
         last_sent_at = case when ?::text is null then ?::timestamptz else last_sent_at end
       where workspace_id = ? and id = ?`,
      [error, error, at, workspaceId, id],
    );
  }
}

function toSubscription({ createdAt, lastSentAt, ...row }: StoredSubscription): Subscription {
  return { ...row, createdAt: instantOf(createdAt), lastSentAt: instantOrNull(lastSentAt) };
}
