import type { Actor } from '#common/access';
import type { BotSettings } from '#modules/bots';
import type { AttachedTable, SearchableCorpus } from '#modules/datasources';
import type { WorkspaceModels } from '#modules/providers';
import type { AnswerWishes } from '../conversations.types.js';
import type { Turn } from '../turns.service.js';

/** A question on its way to an answer. */
export interface Asked {
  readonly actor: Actor;
  readonly turn: Turn;
  readonly answerId: string;
  /** By the clock that nobody sets. */
  readonly startedAt: number;
  readonly wishes: AnswerWishes;
  readonly know: () => Promise<Known>;
}

/** What an answer is made with. */
export interface Known {
  readonly bot: BotSettings;
  readonly corpus: SearchableCorpus;
  readonly models: WorkspaceModels;
  /** For exact questions. */
  readonly tables: readonly AttachedTable[];
}

export function msSince(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}
