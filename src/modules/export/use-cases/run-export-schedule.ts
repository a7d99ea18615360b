import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { UnitOfWork } from '#common/database';
import type { JobContext } from '#common/jobs';
import { ActorsService } from '#modules/auth';
import { DownloadsService } from '../downloads.service.js';
import { ExportDeliveries } from '../export-deliveries.js';
import type { Export } from '../export.types.js';
import { ExportNotReady } from '../exports.errors.js';
import { ExportsService } from '../exports.service.js';
import { ExportLinksService } from '../links/export-links.service.js';
import type { Delivered } from '../ports/export-delivery.port.js';
import { ExportScheduleSecrets } from '../schedules/export-schedule-secrets.js';
import { type ExportSchedule, LINK_SECONDS } from '../schedules/export-schedule.types.js';
import {
  ExportScheduleNotFound,
  ScheduleRunnerGone,
  ScheduleRunOutdated,
} from '../schedules/export-schedules.errors.js';
import { type BegunRun, ExportSchedulesRepository } from '../schedules/export-schedules.repository.js';
import { WriteExport } from './write-export.js';

/** What a run came to. */
export interface ScheduleRunReport {
  readonly exportId: string;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Makes one run of a schedule: an export, written by this job itself, and its delivery. Each step is noted, so that
 * another attempt goes on after it. What is delivered last says where the next run begins: what was not delivered comes
 * with a later one.
 */
@Injectable()
export class RunExportSchedule {
  constructor(
    private readonly schedules: ExportSchedulesRepository,
    private readonly secrets: ExportScheduleSecrets,
    private readonly actors: ActorsService,
    private readonly exports: ExportsService,
    private readonly writing: WriteExport,
    private readonly links: ExportLinksService,
    private readonly downloads: DownloadsService,
    private readonly deliveries: ExportDeliveries,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async execute(scheduleId: string, context: JobContext): Promise<ScheduleRunReport> {
    const { workspaceId, id: jobId } = context.job;
    const schedule = await this.schedules.find(workspaceId, scheduleId);
    if (!schedule) throw new ExportScheduleNotFound();
    const run = await this.schedules.beginRun(schedule, jobId);
    const isOutdated = !run.isLatest || run.version !== schedule.version;
    if (run.deliveredAt === null && run.exportId !== null && isOutdated) throw new ScheduleRunOutdated();
    const actor = await this.actors.find({ workspaceId, ...schedule.runner });
    if (!actor) throw new ScheduleRunnerGone();
    const exportId = run.exportId ?? (await this.#begin(actor, schedule, jobId));
    await this.writing.execute(exportId, context);
    const one = await this.exports.getReady(actor, exportId);
    await this.#deliver(actor, schedule, run, one, context);
    return { exportId, rows: one.rowCount, bytes: one.bytes };
  }

  async #begin(actor: Actor, schedule: ExportSchedule, jobId: string): Promise<string> {
    const { workspaceId, isIncremental, watermark } = schedule;
    const since = isIncremental ? watermark : null;
    const one = await this.exports.prepare(actor, schedule.export, since);
    return this.unitOfWork.run(async () => {
      await this.exports.begin(actor, one, jobId);
      await this.schedules.noteExport(workspaceId, jobId, one.id);
      return one.id;
    });
  }

  async #deliver(
    actor: Actor,
    schedule: ExportSchedule,
    { deliveredAt }: BegunRun,
    one: Export,
    context: JobContext,
  ): Promise<void> {
    if (deliveredAt !== null) return;
    context.progress(1, 'delivering');
    const file = this.#delivered(actor, schedule, one, context);
    await this.deliveries.deliver(schedule.target, this.secrets.open(schedule), file, context.signal);
    context.throwIfCancelled();
    await this.schedules.finishRun(schedule, context.job.id, one.snapshot);
  }

  #delivered(actor: Actor, schedule: ExportSchedule, one: Export, context: JobContext): Delivered {
    const { resource, format, fileName, rowCount: rows, bytes, sha256, createdAt } = one;
    return {
      ...{ scheduleId: schedule.id, scheduleName: schedule.name, exportId: one.id },
      ...{ resource, format, fileName, rows, bytes, sha256: sha256 ?? '', createdAt },
      isIncremental: one.since !== null,
      link: () => this.links.make(actor, one.id, { expiresInSeconds: LINK_SECONDS }),
      content: () => this.#content(actor, one.id, context),
    };
  }

  async *#content(actor: Actor, exportId: string, context: JobContext): AsyncGenerator<Uint8Array> {
    const { content } = await this.downloads.open(actor, exportId, { isHead: false });
    if (!content) throw new ExportNotReady();
    for await (const chunk of content) {
      context.throwIfCancelled();
      context.moves();
      yield chunk as Uint8Array;
    }
  }
}
