import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import type { RowBatch, RowColumn, RowsWanted } from '#common/rows';
import { BotNotFound, BotsService } from '#modules/bots';
import { InvalidFields } from '#common/errors';
import { type FilterFields, filterOf } from '../inbox/filter-fields.js';
import { ownerOf } from '../owner-filter.js';
import { ConversationRowsRepository, type ConversationScope } from './conversation-rows.repository.js';
import { CONVERSATION_TABLES, type ConversationRowsKind } from './conversation-tables.js';

/** Conversations and what was said in them as rows, for modules that take very many of them. */
@Injectable()
export class ConversationRows {
  constructor(
    private readonly repository: ConversationRowsRepository,
    private readonly bots: BotsService,
    private readonly abilities: Abilities,
  ) {}

  columns(kind: ConversationRowsKind): readonly RowColumn[] {
    return CONVERSATION_TABLES[kind].columns;
  }

  /**
   * What an actor may read of what it asks for, fit to be kept as JSON and read from later.
   * @throws Forbidden when it may read no conversation at all; InvalidFields when there is no such bot.
   */
  async scopeOf(actor: Actor, fields: FilterFields): Promise<ConversationScope> {
    const ownerId = ownerOf(this.abilities.visibleTo(actor, 'read', 'Conversation'));
    if (fields.botId !== undefined) await this.#assertBot(actor, fields.botId);
    return { ownerId, filter: filterOf(fields, actor) };
  }

  batch(kind: ConversationRowsKind, scope: object, wanted: RowsWanted): Promise<RowBatch> {
    return this.repository.batch(kind, wanted, scopeIn(scope));
  }

  /** How many rows there are, counted up to a limit. */
  count(
    kind: ConversationRowsKind,
    scope: object,
    wanted: Pick<RowsWanted, 'workspaceId' | 'snapshot' | 'since'>,
    limit: number,
  ): Promise<number> {
    return this.repository.count(kind, wanted, scopeIn(scope), limit);
  }

  async #assertBot(actor: Actor, id: string): Promise<void> {
    try {
      await this.bots.get(actor, id);
    } catch (error) {
      if (!(error instanceof BotNotFound)) throw error;
      throw new InvalidFields([{ path: 'filter.botId', message: 'is no bot of this workspace' }]);
    }
  }
}

/** A scope as it was, after it was JSON. */
function scopeIn(kept: object): ConversationScope {
  const { ownerId, filter } = kept as ConversationScope;
  const { from, to } = filter;
  return {
    ownerId,
    filter: {
      ...filter,
      ...(from === undefined ? {} : { from: new Date(from) }),
      ...(to === undefined ? {} : { to: new Date(to) }),
    },
  };
}
