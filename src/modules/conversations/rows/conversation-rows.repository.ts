import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import { type RowBatch, type RowCondition, RowReader, Rows, type RowsWanted } from '#common/rows';
import { conversationConditions } from '../conversation-conditions.js';
import type { ConversationFilter } from '../conversations.types.js';
import {
  CONVERSATION_TABLES,
  type ConversationRowsKind,
  MESSAGE_RECORD,
  MESSAGE_RECORD_JOINS,
} from './conversation-tables.js';

/** So many messages are put into records at once. */
const MESSAGES_AT_ONCE = 2_000;
const LAST_POSITION = 2_147_483_647;

/** Whose conversations are read, and which of them. */
export interface ConversationScope {
  /** When set, only conversations that this user or key opened. */
  readonly ownerId: string | null;
  readonly filter: ConversationFilter;
}

interface PlacedMessage {
  readonly conversationId: string;
  readonly position: number;
  readonly record: string;
}

/** Rows of conversations and of what was said in them, for whoever takes many of them. */
@Injectable()
export class ConversationRowsRepository {
  constructor(
    private readonly sql: Sql,
    private readonly reader: RowReader,
  ) {}

  batch(kind: ConversationRowsKind, wanted: RowsWanted, scope: ConversationScope): Promise<RowBatch> {
    return kind === 'conversations' && wanted.columns.includes('messages')
      ? this.#records(wanted, scope)
      : this.reader.batch(CONVERSATION_TABLES[kind], wanted, conditionsOf(kind, scope));
  }

  count(
    kind: ConversationRowsKind,
    wanted: Pick<RowsWanted, 'workspaceId' | 'snapshot' | 'since'>,
    scope: ConversationScope,
    limit: number,
  ): Promise<number> {
    const conditions = conditionsOf(kind, scope);
    return this.reader.count(CONVERSATION_TABLES[kind], wanted, conditions, limit);
  }

  /** Conversations with what was said in them: as many as have not too many messages together. */
  async #records(wanted: RowsWanted, scope: ConversationScope): Promise<RowBatch> {
    const { columns } = wanted;
    const read = { ...wanted, columns: [...columns, 'id', 'messageCount'] };
    const conditions = conditionsOf('conversations', scope);
    const batch = await this.reader.batch(CONVERSATION_TABLES.conversations, read, conditions);
    const rows = batch.rows.values();
    const taken = takenOf(rows.map((row) => Number(row[columns.length + 1])));
    const some = rows.slice(0, taken);
    const records = await this.#messagesOf(
      wanted,
      some.map((row) => String(row[columns.length])),
    );
    return {
      rows: Rows.of(
        some.map((row) =>
          columns.map((name, index) =>
            name === 'messages'
              ? `[${records.get(String(row[columns.length])) ?? ''}]`
              : (row[index] ?? null),
          ),
        ),
      ),
      next: taken < rows.length ? (batch.places()[taken - 1] ?? null) : batch.next,
    };
  }

  /** Records of messages, by conversations, divided by commas. */
  async #messagesOf(
    { workspaceId, snapshot }: RowsWanted,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const pieces = new Map<string, string[]>();
    let after: Omit<PlacedMessage, 'record'> = { conversationId: ids[0] ?? '', position: 0 };
    for (let isLast = ids.length === 0; !isLast;) {
      const some = await this.sql.inWorkspace<PlacedMessage>(
        workspaceId,
        `select m.conversation_id as "conversationId", m.position, ${MESSAGE_RECORD}::text as record
         from messages m ${MESSAGE_RECORD_JOINS}
         where m.workspace_id = ? and m.conversation_id = any(?::uuid[]) and m.position <= ${String(LAST_POSITION)}
           and (m.conversation_id, m.position) > (?::uuid, ?::int)
           and (m.created_xid is null or pg_visible_in_snapshot(m.created_xid, ?::pg_snapshot))
         order by m.conversation_id, m.position limit ${String(MESSAGES_AT_ONCE)}`,
        [workspaceId, `{${ids.join(',')}}`, after.conversationId, after.position, snapshot],
      );
      for (const { conversationId, record } of some) {
        const known = pieces.get(conversationId);
        if (known) known.push(record);
        else pieces.set(conversationId, [record]);
      }
      const last = some.at(-1);
      isLast = some.length < MESSAGES_AT_ONCE || !last;
      if (last) after = last;
    }
    return new Map([...pieces].map(([id, records]) => [id, records.join(',')]));
  }
}

/** How many of them are taken at once: at least one. */
function takenOf(counts: readonly number[]): number {
  let sum = 0;
  const index = counts.findIndex((count) => (sum += count) > MESSAGES_AT_ONCE);
  return index < 0 ? counts.length : Math.max(1, index);
}

function conditionsOf(kind: ConversationRowsKind, { ownerId, filter }: ConversationScope): RowCondition[] {
  const join = kind === 'conversations' ? {} : { join: 'conversation' };
  return conversationConditions(ownerId, filter).map((one) => ({ ...one, ...join }));
}
