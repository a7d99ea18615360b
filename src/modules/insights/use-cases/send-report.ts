import { Injectable } from '@nestjs/common';
import { Abilities } from '#common/access';
import { UnitOfWork } from '#common/database';
import { DomainError } from '#common/errors';
import type { JobContext } from '#common/jobs';
import { type Mail, Mailer } from '#common/mail';
import { SchedulesService } from '#common/schedules';
import { Clock } from '#common/time';
import { type Member, Members } from '#modules/auth';
import type { Period } from '../insights.types.js';
import { letterOf } from '../report/report-letter.js';
import { ReportsService } from '../report/reports.service.js';
import { reportSchedule } from '../subscriptions/report-schedule.js';
import type { Subscription } from '../subscriptions/subscription.types.js';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { UnsubscribeLinks } from '../subscriptions/unsubscribe-links.js';
import { TrendsRepository } from '../trends/trends.repository.js';
import { RunInsights } from './run-insights.js';

const DAY_MS = 86_400_000;
const DAYS = 7;

/** What became of a letter, and why none was sent. */
export type SentReport =
  { readonly sent: true } | { readonly sent: false; readonly reason: 'no_subscription' | 'no_access' };

/** Sends somebody the report of the week before. */
@Injectable()
export class SendReport {
  constructor(
    private readonly repository: SubscriptionsRepository,
    private readonly subscriptions: SubscriptionsService,
    private readonly schedules: SchedulesService,
    private readonly members: Members,
    private readonly abilities: Abilities,
    private readonly insights: RunInsights,
    private readonly reports: ReportsService,
    private readonly trends: TrendsRepository,
    private readonly links: UnsubscribeLinks,
    private readonly mailer: Mailer,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Whether the member still belongs to the workspace and may read insights is asked now.
   * @throws MailNotSent, which may pass; MailRefused. Both are told with the subscription.
   */
  async execute(id: string, context: JobContext): Promise<SentReport> {
    const { workspaceId } = context.job;
    const subscription = await this.repository.find(workspaceId, id);
    if (!subscription) {
      await this.subscriptions.forget({ workspaceId, id });
      return { sent: false, reason: 'no_subscription' };
    }
    const member = await this.members.find(workspaceId, subscription.userId);
    if (!member || !this.abilities.can(member.actor, 'read', 'Insight'))
      return { sent: false, reason: 'no_access' };
    await this.#catchUp(subscription.botId, context);
    const mail = await this.#write(member, subscription);
    context.throwIfCancelled();
    await this.#send(mail, subscription);
    return { sent: true };
  }

  /** What was asked until now belongs into the letter; where a vendor is away, it tells of what is known. */
  async #catchUp(botId: string, context: JobContext): Promise<void> {
    try {
      await this.insights.execute(botId, 'update', context);
    } catch (error) {
      context.throwIfCancelled();
      if (!(error instanceof DomainError)) throw error;
    }
  }

  async #write({ actor, email }: Member, { id, workspaceId, botId }: Subscription): Promise<Mail> {
    const schedule = await this.schedules.find(reportSchedule, { workspaceId, subjectId: id });
    const timeZone = schedule?.timezone ?? 'UTC';
    const period = await this.#wholeDays(timeZone);
    const content = await this.reports.content(actor, botId, { ...period, timeZone });
    const page = await this.reports.pageOf(content);
    return { to: email, ...letterOf(content, page, this.links.urlOf(id)) };
  }

  /** The days before today, as the clocks of the time zone have them. */
  async #wholeDays(timeZone: string): Promise<Period> {
    const now = this.clock.now().getTime();
    const span = { from: new Date(now - DAYS * DAY_MS), to: new Date(now + 1) };
    const days = await this.trends.buckets(span, 'day', timeZone);
    const to = days.at(-1)?.at ?? span.to;
    return { from: days.at(-1 - DAYS)?.at ?? span.from, to };
  }

  async #send(mail: Mail, { id, workspaceId }: Subscription): Promise<void> {
    try {
      await this.mailer.send(mail);
    } catch (error) {
      if (error instanceof DomainError) await this.#note(workspaceId, id, error.code);
      throw error;
    }
    await this.#note(workspaceId, id, null);
  }

  async #note(workspaceId: string, id: string, error: string | null): Promise<void> {
    const at = this.clock.now();
    await this.unitOfWork.run(() => this.repository.noteLetter(workspaceId, id, at, error));
  }
}
