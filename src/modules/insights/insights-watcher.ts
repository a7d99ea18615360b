import { Injectable } from '@nestjs/common';
import { type OutboxEvent, Subscribes } from '#common/events';
import { JobQueue } from '#common/jobs';
import { messageAnswered } from '#modules/conversations';
import { runInsights } from './jobs/run-insights.job.js';

/** So many answers of a bot, counted by one process, and its insights are brought up to date. */
const ENOUGH = 50;
/** What else is answered meanwhile goes into the same run. */
const DELAY_MS = 60_000;
const MOST_BOTS = 10_000;

/** Has insights follow conversations without anybody asking for it. */
@Injectable()
export class InsightsWatcher {
  /** Forgotten when the process ends: the next run reads everything since the last one anyway. */
  readonly #answers = new Map<string, number>();

  constructor(private readonly jobs: JobQueue) {}

  @Subscribes(messageAnswered)
  async answered({ botId }: { botId: string }, { workspaceId }: OutboxEvent): Promise<void> {
    const answers = (this.#answers.get(botId) ?? 0) + 1;
    if (this.#answers.size >= MOST_BOTS) this.#answers.clear();
    this.#answers.set(botId, answers % ENOUGH);
    if (answers < ENOUGH) return;
    await this.jobs.add(runInsights, { botId, mode: 'update' }, { workspaceId, delayMs: DELAY_MS });
  }
}
