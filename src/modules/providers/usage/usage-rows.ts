import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import type { RowBatch, RowColumn, RowsWanted } from '#common/rows';
import { USAGE_ROWS, type UsageScope, UsageRowsRepository } from './usage-rows.repository.js';

/** The ledger as rows, for modules that take very many of them. */
@Injectable()
export class UsageRows {
  constructor(
    private readonly repository: UsageRowsRepository,
    private readonly abilities: Abilities,
  ) {}

  get columns(): readonly RowColumn[] {
    return USAGE_ROWS.columns;
  }

  /** Which calls; fit to be kept as JSON and read from later. @throws Forbidden */
  scopeOf(actor: Actor, { botId, model, from, to }: UsageScope): UsageScope {
    this.abilities.assertCan(actor, 'read', 'Usage');
    return JSON.parse(JSON.stringify({ botId, model, from, to })) as UsageScope;
  }

  batch(scope: object, wanted: RowsWanted): Promise<RowBatch> {
    return this.repository.batch(scope, wanted);
  }

  /** How many there are, counted up to a limit. */
  count(
    scope: object,
    wanted: Pick<RowsWanted, 'workspaceId' | 'snapshot' | 'since'>,
    limit: number,
  ): Promise<number> {
    return this.repository.count(scope, wanted, limit);
  }
}
