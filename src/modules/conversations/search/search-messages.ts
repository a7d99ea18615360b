import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import type { Page, PageRequest } from '#common/database';
import type { AnalysisLanguage } from '#common/text';
import type { ConversationFilter, Sort } from '../conversations.types.js';
import { ownerOf } from '../owner-filter.js';
import { QueryCursor } from '../query-cursor.js';
import { type Snippet, snippetOf } from './mark-matches.js';
import { type FoundMessage, MessageHitsRepository } from './message-hits.repository.js';
import { parseSearch } from './parse-search.js';

/** What is looked for, and which page of what is found. */
export interface MessageSearchRequest extends PageRequest {
  readonly q: string;
  readonly language?: AnalysisLanguage;
  readonly from?: Date;
  readonly to?: Date;
  readonly role?: 'user' | 'assistant';
  readonly conversations: Omit<ConversationFilter, 'q' | 'from' | 'to'>;
  readonly sort: Sort;
}

/** A message that was found, and where in it. */
export interface MessageHit extends FoundMessage {
  readonly snippet: Snippet;
}

/** Looks for words in all that was said. */
@Injectable()
export class SearchMessages {
  constructor(
    private readonly hits: MessageHitsRepository,
    private readonly abilities: Abilities,
  ) {}

  /** Only in conversations that the actor may read. What was said in the last seconds may not be found yet. */
  async execute(actor: Actor, { limit, cursor, ...search }: MessageSearchRequest): Promise<Page<MessageHit>> {
    const { workspaceId } = actor;
    const ownerId = ownerOf(this.abilities.visibleTo(actor, 'read', 'Conversation'));
    const position = new QueryCursor({ list: 'messages', ...search });
    const after = cursor === undefined ? undefined : position.decode(cursor);
    const query = parseSearch(search.q, search.language);
    const rows = await this.hits.list({ workspaceId, ownerId }, { ...search, query }, { limit }, after);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      data: rows.slice(0, limit).map((row) => ({ ...row, snippet: snippetOf(row.content, query) })),
      nextCursor: last ? position.encode(last) : null,
    };
  }
}
