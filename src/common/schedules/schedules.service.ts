import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import { ScheduleCalendar } from './schedule-calendar.js';
import type { ScheduleDeclaration } from './schedule-declaration.js';
import { SchedulesRepository } from './schedules.repository.js';
import type { ScheduleSubject, ScheduleTimes, ScheduleView } from './schedules.types.js';

/** Where modules leave what is to happen at set times. Takes part in the caller's unit of work. */
@Injectable()
export class SchedulesService {
  constructor(
    private readonly repository: SchedulesRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Gives the subject this schedule in place of the one that it had.
   *
   * @throws UnreadableSchedule, UnknownTimezone, RepeatsTooOften
   */
  async set<Payload extends object>(
    { name: kind }: ScheduleDeclaration<Payload>,
    subject: ScheduleSubject,
    payload: Payload,
    times: ScheduleTimes,
  ): Promise<ScheduleView> {
    const calendar = new ScheduleCalendar(times);
    return this.unitOfWork.run(async () => {
      const now = await this.repository.now();
      calendar.assertAllowed(now);
      const { cron, timezone } = times;
      return this.repository.put(subject, { kind, payload, cron, timezone, nextRunAt: calendar.next(now) });
    });
  }

  /** No failure when there is none. */
  clear<Payload extends object>(
    { name }: ScheduleDeclaration<Payload>,
    subject: ScheduleSubject,
  ): Promise<void> {
    return this.repository.remove(name, subject);
  }

  async find<Payload extends object>(
    declaration: ScheduleDeclaration<Payload>,
    { workspaceId, subjectId }: ScheduleSubject,
  ): Promise<ScheduleView | null> {
    return (await this.of(declaration, workspaceId, [subjectId])).get(subjectId) ?? null;
  }

  /** The schedules of many subjects, by their ids. */
  async of<Payload extends object>(
    { name }: ScheduleDeclaration<Payload>,
    workspaceId: string,
    subjectIds: readonly string[],
  ): Promise<Map<string, ScheduleView>> {
    if (subjectIds.length === 0) return new Map();
    const views = await this.repository.list(name, workspaceId, subjectIds);
    return new Map(views.map((view) => [view.subjectId, view]));
  }
}
