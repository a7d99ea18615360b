import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { JobRefResponse } from '#common/jobs';
import { IdParam, PageQuery } from '#common/validation';
import { CreateExportScheduleDto, UpdateExportScheduleDto } from './dto/export-schedule.dto.js';
import {
  ChangedExportScheduleResponse,
  ExportSchedulePage,
  ExportScheduleResponse,
  ExportScheduleRunPage,
  ExportScheduleRunResponse,
} from './dto/export-schedule.response.js';
import { TooManyExportSchedules } from './schedules/export-schedules.errors.js';
import { ExportSchedulesService } from './schedules/export-schedules.service.js';

@Controller('v1/export-schedules')
@Topic('Exports that are made again and again, and delivered.')
export class ExportSchedulesController {
  constructor(private readonly schedules: ExportSchedulesService) {}

  @Post()
  @Does(
    'Exports at set times, and delivers each file to a webhook or a bucket.',
    'What cannot be delivered is tried again for about an hour. What was not delivered at all comes with the next run. The same file can arrive twice, under the same `id` or name, when nobody knows whether it arrived.',
  )
  @Can('create', 'ExportSchedule')
  @Answers(201, ChangedExportScheduleResponse)
  @Fails(NotFound, TooManyExportSchedules)
  async create(
    @CurrentActor() actor: Actor,
    @Body() body: CreateExportScheduleDto,
  ): Promise<ChangedExportScheduleResponse> {
    return ChangedExportScheduleResponse.from(await this.schedules.create(actor, body));
  }

  @Get()
  @Does('Lists export schedules, newest first.')
  @Can('read', 'ExportSchedule')
  @Answers(200, ExportSchedulePage)
  async list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<ExportSchedulePage> {
    const { data, nextCursor } = await this.schedules.list(actor, query);
    return { data: data.map((one) => ExportScheduleResponse.from(one)), nextCursor };
  }

  @Get(':exportScheduleId')
  @Does('Shows an export schedule, and what became of its last run.')
  @Can('read', 'ExportSchedule')
  @Answers(200, ExportScheduleResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('exportScheduleId', 'The export schedule') id: string,
  ): Promise<ExportScheduleResponse> {
    return ExportScheduleResponse.from(await this.schedules.get(actor, id));
  }

  @Get(':exportScheduleId/runs')
  @Does('Lists what became of the runs of an export schedule, newest first: the last hundred.')
  @Can('read', 'ExportSchedule')
  @Answers(200, ExportScheduleRunPage)
  @Fails(NotFound)
  async listRuns(
    @CurrentActor() actor: Actor,
    @IdParam('exportScheduleId', 'The export schedule') id: string,
    @Query() query: PageQuery,
  ): Promise<ExportScheduleRunPage> {
    const { data, nextCursor } = await this.schedules.listRuns(actor, id, query);
    return { data: data.map((run) => ExportScheduleRunResponse.from(run)), nextCursor };
  }

  @Patch(':exportScheduleId')
  @Does('Changes, pauses or resumes an export schedule. It runs with the rights of whoever did so last.')
  @Can('update', 'ExportSchedule')
  @Answers(200, ChangedExportScheduleResponse)
  @Fails(NotFound)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('exportScheduleId', 'The export schedule') id: string,
    @Body() body: UpdateExportScheduleDto,
  ): Promise<ChangedExportScheduleResponse> {
    return ChangedExportScheduleResponse.from(await this.schedules.update(actor, id, body));
  }

  @Delete(':exportScheduleId')
  @Does('Removes an export schedule. What it has exported stays until its time is over.')
  @Can('delete', 'ExportSchedule')
  @Answers(204)
  @Fails(NotFound)
  async remove(
    @CurrentActor() actor: Actor,
    @IdParam('exportScheduleId', 'The export schedule') id: string,
  ): Promise<void> {
    await this.schedules.remove(actor, id);
  }

  @Post(':exportScheduleId/run')
  @Does('Has an export schedule run now, also while it is paused.')
  @Can('run', 'ExportSchedule')
  @Answers(202, JobRefResponse)
  @Fails(NotFound)
  async run(
    @CurrentActor() actor: Actor,
    @IdParam('exportScheduleId', 'The export schedule') id: string,
  ): Promise<JobRefResponse> {
    return this.schedules.run(actor, id);
  }
}
