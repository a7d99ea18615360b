import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import type { Page, PageRequest } from '#common/database';
import { JobQueue, type JobRef } from '#common/jobs';
import { Clock } from '#common/time';
import { BotsService } from '#modules/bots';
import { FiguresRepository, type FiguresScope } from './figures.repository.js';
import type { Overview, QuestionFilter, QuestionView, TopicFilter, TopicView } from './insights.types.js';
import { GapsService } from './gaps.service.js';
import type { InsightsReport } from './report.types.js';
import { TrendsService } from './trends/trends.service.js';
import { runInsights, type RunMode } from './jobs/run-insights.job.js';
import { periodBefore, periodOf, type PeriodWish } from './period.js';
import { InsightTurnsRepository } from './turns.repository.js';

const REPORTED = 20;
const LONG_MS = 100 * 86_400_000;

/** What people ask a bot, and how it does. */
@Injectable()
export class InsightsService {
  constructor(
    private readonly bots: BotsService,
    private readonly figures: FiguresRepository,
    private readonly turns: InsightTurnsRepository,
    private readonly gaps: GapsService,
    private readonly trends: TrendsService,
    private readonly jobs: JobQueue,
    private readonly clock: Clock,
  ) {}

  /** Has insights brought up to date; joins a run that waits already. @throws BotNotFound */
  async run(actor: Actor, botId: string, mode: RunMode): Promise<JobRef> {
    const { id, workspaceId } = await this.bots.get(actor, botId);
    return this.jobs.add(runInsights, { botId: id, mode }, { workspaceId });
  }

  /** @throws BotNotFound, InvalidFields */
  async overview(actor: Actor, botId: string, wish: PeriodWish): Promise<Overview> {
    const scope = await this.#scopeOf(actor, botId, wish);
    const figures = await this.figures.total(scope);
    const before = await this.figures.total({ ...scope, ...periodBefore(scope) });
    const models = await this.figures.models(scope);
    const state = await this.turns.stateOf(scope.workspaceId, scope.botId);
    return { period: { from: scope.from, to: scope.to }, figures, before, models, state };
  }

  /** @throws BotNotFound, InvalidFields */
  async topics(
    actor: Actor,
    botId: string,
    wish: PeriodWish,
    filter: TopicFilter,
    page: PageRequest,
  ): Promise<Page<TopicView>> {
    const scope = await this.#scopeOf(actor, botId, wish);
    return this.figures.topics(scope, periodBefore(scope), filter, page);
  }

  /** @throws BotNotFound, InvalidFields */
  async questions(
    actor: Actor,
    botId: string,
    wish: PeriodWish,
    filter: QuestionFilter,
    page: PageRequest,
  ): Promise<Page<QuestionView>> {
    return this.figures.questions(await this.#scopeOf(actor, botId, wish), filter, page);
  }

  /**
   * All that a report of a period tells, as plain data.
   * @param timeZone an IANA name, in which days begin and hours are counted.
   * @throws BotNotFound, InvalidFields
   */
  async report(actor: Actor, botId: string, wish: PeriodWish, timeZone = 'UTC'): Promise<InsightsReport> {
    const { id, name } = await this.bots.get(actor, botId);
    const scope = await this.#scopeOf(actor, botId, wish);
    const period = { from: scope.from, to: scope.to };
    const isLong = scope.to.getTime() - scope.from.getTime() > LONG_MS;
    const page = { limit: REPORTED };
    const open = await this.gaps.list(actor, botId, null, { limit: 2 * REPORTED });
    return {
      ...{ bot: { id, name }, timeZone },
      overview: await this.overview(actor, botId, period),
      trends: await this.trends.show(actor, botId, period, { interval: isLong ? 'week' : 'day', timeZone }),
      areas: (await this.topics(actor, botId, period, { level: 1, hidden: false }, page)).data,
      topics: (await this.topics(actor, botId, period, { level: 2, hidden: false }, page)).data,
      questions: (await this.questions(actor, botId, period, {}, page)).data,
      gaps: open.data.filter(({ state }) => state !== 'dismissed').slice(0, REPORTED),
      heat: await this.figures.heat(scope, timeZone),
    };
  }

  /** @throws BotNotFound, InvalidFields */
  async #scopeOf(actor: Actor, botId: string, wish: PeriodWish): Promise<FiguresScope> {
    const { id, workspaceId } = await this.bots.get(actor, botId);
    return { workspaceId, botId: id, ...periodOf(wish, this.clock.now()) };
  }
}
