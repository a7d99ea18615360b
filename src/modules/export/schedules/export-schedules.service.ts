import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { newId, type Page, type PageRequest, UnitOfWork } from '#common/database';
import { InvalidFields } from '#common/errors';
import { JobQueue, type JobRef } from '#common/jobs';
import { defineSchedule, SchedulesService, type ScheduleView } from '#common/schedules';
import { Clock } from '#common/time';
import { AuditLog } from '#modules/auth';
import { ExportDeliveries } from '../export-deliveries.js';
import { ExportsService } from '../exports.service.js';
import { runExportSchedule } from '../jobs/run-export-schedule.job.js';
import { type OpenTarget, targetOf } from './delivery-target.js';
import { ExportScheduleSecrets } from './export-schedule-secrets.js';
import type {
  DeliveryDraft,
  ExportSchedule,
  ExportScheduleChanges,
  ExportScheduleDraft,
  ExportScheduleRun,
  ExportScheduleView,
  ScheduledExport,
} from './export-schedule.types.js';
import { ExportScheduleNotFound } from './export-schedules.errors.js';
import { ExportSchedulesRepository } from './export-schedules.repository.js';

const SCHEDULE = defineSchedule({ name: 'export_schedule.run', job: runExportSchedule });

/** Exports that are made again and again, and delivered. */
@Injectable()
export class ExportSchedulesService {
  constructor(
    private readonly repository: ExportSchedulesRepository,
    private readonly exports: ExportsService,
    private readonly schedules: SchedulesService,
    private readonly deliveries: ExportDeliveries,
    private readonly secrets: ExportScheduleSecrets,
    private readonly jobs: JobQueue,
    private readonly auditLog: AuditLog,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Runs with the rights of the actor. @throws InvalidFields, Forbidden, NotFound, TooManyExportSchedules */
  async create(actor: Actor, draft: ExportScheduleDraft): Promise<ExportScheduleView> {
    const { name, export: wanted, incremental = false, schedule } = draft;
    await this.#assertPossible(actor, wanted, incremental);
    const { target, secret, newSecret } = this.#targetOf(draft.deliverTo);
    const [id, now] = [newId(), this.clock.now()];
    const one: ExportSchedule = {
      ...{ id, workspaceId: actor.workspaceId, name, export: wanted, isIncremental: incremental },
      ...{ isPaused: false, cron: schedule.cron, timezone: schedule.timezone, target },
      ...{ sealed: this.secrets.seal(id, secret), watermark: null, version: 1, runner: runnerOf(actor) },
      ...{ createdAt: now, updatedAt: now, lastRun: null },
    };
    return this.unitOfWork.run(async () => {
      await this.repository.add(one);
      const times = await this.#setTimes(one);
      await this.#note(actor, 'create', id);
      return { ...one, nextRunAt: times?.nextRunAt ?? null, newSecret };
    });
  }

  async list(actor: Actor, page: PageRequest): Promise<Page<ExportScheduleView>> {
    const { data, nextCursor } = await this.repository.list(actor.workspaceId, page);
    const times = await this.schedules.of(
      SCHEDULE,
      actor.workspaceId,
      data.map(({ id }) => id),
    );
    return { data: data.map((one) => viewOf(one, times.get(one.id))), nextCursor };
  }

  /** @throws ExportScheduleNotFound */
  async get(actor: Actor, id: string): Promise<ExportScheduleView> {
    const one = await this.#find(actor, id);
    return viewOf(one, await this.schedules.find(SCHEDULE, { ...one, subjectId: id }));
  }

  /** The last hundred, newest first. @throws ExportScheduleNotFound */
  async listRuns(actor: Actor, id: string, page: PageRequest): Promise<Page<ExportScheduleRun>> {
    const { workspaceId } = await this.#find(actor, id);
    return this.repository.listRuns(workspaceId, id, page);
  }

  /**
   * Runs with the rights of the actor from then on. Another export begins anew: its next run is whole.
   * @throws ExportScheduleNotFound, InvalidFields, Forbidden, NotFound
   */
  async update(actor: Actor, id: string, changes: ExportScheduleChanges): Promise<ExportScheduleView> {
    const before = await this.#find(actor, id);
    const wanted = changes.export ?? before.export;
    const isIncremental = changes.incremental ?? before.isIncremental;
    await this.#assertPossible(actor, wanted, isIncremental);
    const opened = changes.deliverTo && this.#targetOf(changes.deliverTo);
    const isOther = changes.export !== undefined || isIncremental !== before.isIncremental;
    const { cron, timezone } = changes.schedule ?? before;
    const after: ExportSchedule = {
      ...before,
      ...{ name: changes.name ?? before.name, export: wanted, isIncremental, cron, timezone },
      ...(opened ? { target: opened.target, sealed: this.secrets.seal(id, opened.secret) } : {}),
      isPaused: changes.paused ?? before.isPaused,
      watermark: isOther ? null : before.watermark,
      ...{ runner: runnerOf(actor), updatedAt: this.clock.now() },
    };
    return this.unitOfWork.run(async () => {
      if (!(await this.repository.save(after))) throw new ExportScheduleNotFound();
      const times = await this.#setTimes(after);
      await this.#note(actor, 'update', id);
      return { ...after, nextRunAt: times?.nextRunAt ?? null, newSecret: opened?.newSecret ?? null };
    });
  }

  /** What it has exported stays until its time is over. @throws ExportScheduleNotFound */
  async remove(actor: Actor, id: string): Promise<void> {
    const { workspaceId } = actor;
    await this.unitOfWork.run(async () => {
      if (!(await this.repository.remove(workspaceId, id))) throw new ExportScheduleNotFound();
      await this.schedules.clear(SCHEDULE, { workspaceId, subjectId: id });
      await this.#note(actor, 'delete', id);
    });
  }

  /** Has it run now, also while it is paused. @throws ExportScheduleNotFound */
  async run(actor: Actor, id: string): Promise<JobRef> {
    const { workspaceId } = await this.#find(actor, id);
    return this.unitOfWork.run(async () => {
      await this.#note(actor, 'run', id);
      return this.jobs.add(runExportSchedule, { scheduleId: id }, { workspaceId });
    });
  }

  async #find({ workspaceId }: Actor, id: string): Promise<ExportSchedule> {
    const one = await this.repository.find(workspaceId, id);
    if (!one) throw new ExportScheduleNotFound();
    return one;
  }

  async #assertPossible(actor: Actor, wanted: ScheduledExport, isIncremental: boolean): Promise<void> {
    const { canSince } = await this.exports.assertPossible(actor, wanted);
    if (isIncremental && !canSince) {
      const message = `is not for the resource ${wanted.resource}, which cannot tell what has changed`;
      throw new InvalidFields([{ path: 'incremental', message }]);
    }
  }

  #targetOf(draft: DeliveryDraft): OpenTarget {
    const opened = targetOf(draft);
    this.deliveries.assertPossible(opened.target);
    return opened;
  }

  async #setTimes({
    id,
    workspaceId,
    isPaused,
    cron,
    timezone,
  }: ExportSchedule): Promise<ScheduleView | null> {
    const subject = { workspaceId, subjectId: id };
    if (!isPaused) return this.schedules.set(SCHEDULE, subject, { scheduleId: id }, { cron, timezone });
    await this.schedules.clear(SCHEDULE, subject);
    return null;
  }

  async #note(actor: Actor, what: string, id: string): Promise<void> {
    await this.auditLog.record(actor, {
      ...{ action: `export_schedule.${what}`, subject: 'ExportSchedule', subjectId: id },
    });
  }
}

function runnerOf({ kind, id, userId }: Actor): ExportSchedule['runner'] {
  return { kind, id, userId };
}

function viewOf(one: ExportSchedule, times: ScheduleView | null | undefined): ExportScheduleView {
  return { ...one, nextRunAt: times?.nextRunAt ?? null, newSecret: null };
}
