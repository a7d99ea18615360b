import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { type Page, type PageRequest, UnitOfWork } from '#common/database';
import { SchedulesService, type ScheduleTimes } from '#common/schedules';
import { Clock } from '#common/time';
import { BotsService } from '#modules/bots';
import { SubscriptionNotFound } from '../insights.errors.js';
import { reportSchedule } from './report-schedule.js';
import { type ShownSubscription, type Subscription, USUAL_TIMES } from './subscription.types.js';
import { SubscriptionsRepository, type SubscriptionScope } from './subscriptions.repository.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';

/** Who gets the reports of bots by mail, and when. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly bots: BotsService,
    private readonly repository: SubscriptionsRepository,
    private readonly schedules: SchedulesService,
    private readonly links: UnsubscribeLinks,
    private readonly abilities: Abilities,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Has the report sent to the actor.
   * @throws BotNotFound, AlreadySubscribed, UnreadableSchedule, UnknownTimezone, RepeatsTooOften
   */
  async subscribe(
    actor: Actor,
    botId: string,
    times: ScheduleTimes = USUAL_TIMES,
  ): Promise<ShownSubscription> {
    const { id, workspaceId } = await this.bots.get(actor, botId);
    return this.unitOfWork.run(async () => {
      const subscription = await this.repository.add(workspaceId, id, actor.userId, this.clock.now());
      const subject = { workspaceId, subjectId: subscription.id };
      const payload = { subscriptionId: subscription.id };
      const { cron, timezone } = times;
      return {
        subscription,
        schedule: await this.schedules.set(reportSchedule, subject, payload, { cron, timezone }),
      };
    });
  }

  /** Those that the actor may see: its own, or all. @throws BotNotFound */
  async list(actor: Actor, botId: string, page: PageRequest): Promise<Page<ShownSubscription>> {
    const scope = await this.#scopeOf(actor, botId, 'read');
    const { data, nextCursor } = await this.repository.list(scope, page);
    const ids = data.map(({ id }) => id);
    const schedules = await this.schedules.of(reportSchedule, scope.workspaceId, ids);
    return {
      data: data.flatMap((subscription) => {
        const schedule = schedules.get(subscription.id);
        return schedule ? [{ subscription, schedule }] : [];
      }),
      nextCursor,
    };
  }

  /** @throws BotNotFound, SubscriptionNotFound */
  async remove(actor: Actor, botId: string, id: string): Promise<void> {
    const scope = await this.#scopeOf(actor, botId, 'delete');
    if (!(await this.#remove(scope, id))) throw new SubscriptionNotFound();
  }

  /** The bot whose report a link is about; null when it ends nothing any more. @throws SubscriptionNotFound */
  async named(token: string): Promise<string | null> {
    return (await this.repository.findByLink(this.#idIn(token)))?.botName ?? null;
  }

  /** Ends what a link is about, as often as it is asked to. @throws SubscriptionNotFound */
  async end(token: string): Promise<void> {
    const id = this.#idIn(token);
    const found = await this.repository.findByLink(id);
    if (found) await this.#remove({ ...found, userId: null }, id);
  }

  /** For a schedule whose subscription has gone with its bot or its member. */
  async forget({ workspaceId, id }: Pick<Subscription, 'workspaceId' | 'id'>): Promise<void> {
    await this.schedules.clear(reportSchedule, { workspaceId, subjectId: id });
  }

  #remove(scope: SubscriptionScope, id: string): Promise<boolean> {
    const { workspaceId } = scope;
    return this.unitOfWork.run(async () => {
      const removed = await this.repository.remove(scope, id);
      if (removed !== null) await this.forget({ workspaceId, id: removed });
      return removed !== null;
    });
  }

  async #scopeOf(actor: Actor, botId: string, action: 'read' | 'delete'): Promise<SubscriptionScope> {
    const { id, workspaceId } = await this.bots.get(actor, botId);
    const { $or } = this.abilities.visibleTo(actor, action, 'ReportSubscription');
    const seesAll = $or.some(({ userId }) => userId === undefined);
    return { workspaceId, botId: id, userId: seesAll ? null : actor.userId };
  }

  #idIn(token: string): string {
    const id = this.links.subscriptionIn(token);
    if (id === null) throw new SubscriptionNotFound();
    return id;
  }
}
