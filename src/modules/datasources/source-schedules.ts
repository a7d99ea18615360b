import { Injectable } from '@nestjs/common';
import { InvalidFields } from '#common/errors';
import {
  defineSchedule,
  type ScheduleDeclaration,
  SchedulesService,
  type ScheduleTimes,
  type ScheduleView,
} from '#common/schedules';
import type { DatasourceType } from './datasources.types.js';
import type { Datasource } from './entities/datasource.entity.js';
import { crawlSite } from './jobs/crawl-site.job.js';
import { syncDatasource } from './jobs/sync-datasource.job.js';

/** Types whose content changes elsewhere, without a word. */
const SCHEDULES: Partial<Record<DatasourceType, ScheduleDeclaration<{ datasourceId: string }>>> = {
  url: defineSchedule({ name: 'datasource.sync', job: syncDatasource }),
  site: defineSchedule({ name: 'site.crawl', job: crawlSite }),
};

/** When sources are read anew by themselves: never, unless their owner has said when. */
@Injectable()
export class SourceSchedules {
  constructor(private readonly schedules: SchedulesService) {}

  /** @throws InvalidFields for a type that has no schedule. */
  assertFits(type: DatasourceType, times: ScheduleTimes | null | undefined): void {
    if (!times || SCHEDULES[type]) return;
    throw new InvalidFields([{ path: 'schedule', message: `is no field of the type ${type}` }]);
  }

  /** @throws InvalidFields for times that make no sense. */
  async set({ id, type, workspaceId }: Datasource, times: ScheduleTimes): Promise<ScheduleView> {
    this.assertFits(type, times);
    const subject = { workspaceId, subjectId: id };
    const { cron, timezone } = times;
    const schedule = SCHEDULES[type];
    if (!schedule) throw new Error(`Sources of the type ${type} have no schedule.`);
    return this.schedules.set(schedule, subject, { datasourceId: id }, { cron, timezone });
  }

  async clear({ id, type, workspaceId }: Datasource): Promise<void> {
    const schedule = SCHEDULES[type];
    if (schedule) await this.schedules.clear(schedule, { workspaceId, subjectId: id });
  }

  async find({ id, type, workspaceId }: Datasource): Promise<ScheduleView | null> {
    const schedule = SCHEDULES[type];
    return schedule ? this.schedules.find(schedule, { workspaceId, subjectId: id }) : null;
  }

  /** The schedules of many sources of one workspace, by their ids. */
  async of(sources: readonly Datasource[]): Promise<ReadonlyMap<string, ScheduleView>> {
    const [first] = sources;
    if (!first) return new Map();
    const found = new Map<string, ScheduleView>();
    for (const [type, schedule] of Object.entries(SCHEDULES)) {
      const ids = sources.filter((source) => source.type === type).map(({ id }) => id);
      const views = await this.schedules.of(schedule, first.workspaceId, ids);
      views.forEach((view, id) => found.set(id, view));
    }
    return found;
  }
}
