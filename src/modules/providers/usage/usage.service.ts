import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { cursorOf } from './usage-cursor.js';
import { UsageRepository } from './usage.repository.js';
import type { UsageFilter, UsageGroup, UsageRow, UsageTotals } from './usage.types.js';

/** One page of sums, and those over everything. */
export interface UsageReport {
  readonly data: readonly UsageRow[];
  readonly nextCursor: string | null;
  readonly totals: UsageTotals;
}

/** What models were asked, and what it cost. */
@Injectable()
export class UsageService {
  constructor(
    private readonly repository: UsageRepository,
    private readonly abilities: Abilities,
  ) {}

  /** @param after the key of the last row of the page before. */
  async report(
    actor: Actor,
    filter: UsageFilter,
    group: UsageGroup,
    { limit, after }: { readonly limit: number; readonly after: string | null },
  ): Promise<UsageReport> {
    this.abilities.assertCan(actor, 'read', 'Usage');
    const { workspaceId } = actor;
    const [rows, totals] = await Promise.all([
      this.repository.rows(workspaceId, filter, group, { limit: limit + 1, after }),
      this.repository.totals(workspaceId, filter),
    ]);
    const data = rows.slice(0, limit);
    const last = data.at(-1);
    const nextCursor = rows.length > limit && last ? cursorOf(group, last.key) : null;
    return { data, nextCursor, totals };
  }
}
