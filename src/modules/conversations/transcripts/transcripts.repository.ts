import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import { authorOf } from '../authors-sql.js';
import { earliestMessageOf } from '../earliest-message-of.js';
import type { Conversation } from '../entities/conversation.entity.js';
import type { TeamFacts, TranscriptMessage, TranscriptNote } from './transcript.types.js';

/** So many messages are in memory at once, and so many positions are looked at: see `MessagesRepository`. */
const MESSAGES_AT_ONCE = 200;
const NOTES_AT_ONCE = 50;

type SharedFacts = Omit<TranscriptMessage, 'createdAt' | 'team'>;

interface StoredMessage extends SharedFacts, TeamFacts {
  readonly createdAtMs: number;
}

interface StoredNote extends Omit<TranscriptNote, 'createdAt'> {
  readonly createdAtMs: number;
}

const CITATIONS = `coalesce((select json_agg(json_build_object('index', t.index, 'title', t.title, 'url', t.url,
    'quote', t.quote) order by t.index)
  from message_citations t where t.workspace_id = m.workspace_id and t.message_id = m.id), '[]'::json)`;

const SHARED = `m.id, m.position, m.role, m.content, m.status, m.error, ${CITATIONS} as citations,
  ${authorOf('m')} as author, extract(epoch from m.created_at)::float8 * 1000 as "createdAtMs"`;
const FOR_THE_TEAM = `m.author_id as "authorId", m.imported_author as "importedAuthor", m.model, m.input_tokens as "inputTokens", m.output_tokens as "outputTokens",
  m.cost_usd::float8 as "costUsd", m.latency_ms as "latencyMs", m.first_token_ms as "firstTokenMs", m.answered, m.attempts,
  m.trace, m.tool, f.rating, f.reason as "ratingReason", f.comment as "ratingComment", k.content as correction`;
const JOINS_FOR_THE_TEAM = `left join message_feedback f on f.workspace_id = m.workspace_id and f.message_id = m.id
  left join message_corrections k on k.workspace_id = m.workspace_id and k.message_id = m.id`;

/** What was said in a conversation, for whoever takes all of it. */
@Injectable()
export class TranscriptsRepository {
  constructor(private readonly sql: Sql) {}

  /** Some messages at a time, in order, read as they are asked for. */
  async *pages(
    { workspaceId, id, messageCount }: Pick<Conversation, 'workspaceId' | 'id' | 'messageCount'>,
    isForTeam: boolean,
  ): AsyncGenerator<TranscriptMessage[]> {
    for (let after = 0; after < messageCount; after += MESSAGES_AT_ONCE) {
      const rows: StoredMessage[] = await this.#page(workspaceId, id, after, isForTeam);
      if (rows.length > 0) yield rows.map((row) => messageOf(row, isForTeam));
    }
  }

  /** What the team noted, the oldest first, read as it is asked for. */
  async *notes({
    workspaceId,
    id,
  }: Pick<Conversation, 'workspaceId' | 'id'>): AsyncGenerator<TranscriptNote, undefined> {
    for (let after: string | undefined = id; after !== undefined;) {
      const rows: StoredNote[] = await this.sql.inWorkspace<StoredNote>(
        workspaceId,
        `select id, content, author_id as "authorId", imported_author as "importedAuthor", extract(epoch from created_at)::float8 * 1000 as "createdAtMs"
         from conversation_notes where workspace_id = ? and conversation_id = ? and id > ?::uuid
         order by id limit ${String(NOTES_AT_ONCE)}`,
        [workspaceId, id, after],
      );
      for (const { createdAtMs, ...note } of rows) yield { ...note, createdAt: new Date(createdAtMs) };
      after = rows.length === NOTES_AT_ONCE ? rows.at(-1)?.id : undefined;
    }
  }

  #page(workspaceId: string, id: string, after: number, isForTeam: boolean): Promise<StoredMessage[]> {
    return this.sql.inWorkspace<StoredMessage>(
      workspaceId,
      `select ${SHARED}${isForTeam ? `, ${FOR_THE_TEAM}` : ''} from messages m ${isForTeam ? JOINS_FOR_THE_TEAM : ''}
       where m.workspace_id = ? and m.conversation_id = ? and m.id >= ? and m.position > ? and m.position <= ?
         ${isForTeam ? '' : `and m.role <> 'tool'`}
       order by m.position`,
      [workspaceId, id, earliestMessageOf(id), after, after + MESSAGES_AT_ONCE],
    );
  }
}

function messageOf({ createdAtMs, ...row }: StoredMessage, isForTeam: boolean): TranscriptMessage {
  const { id, position, role, author, content, status, error, citations, ...team } = row;
  return {
    ...{ id, position, role, author, content, status, error, citations },
    createdAt: new Date(createdAtMs),
    team: isForTeam ? team : null,
  };
}
