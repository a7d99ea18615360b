import { Readable } from 'node:stream';
import { Controller, Get, StreamableFile } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { ImportResponse } from '../dto/import.responses.js';
import { ImportsService } from './imports.service.js';
import { rejectionsAsCsv } from './rejections-csv.js';

@Controller('v1/imports')
@Topic('How far imports are, and what they did not take.')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Get(':importId')
  @Does('Shows how far an import is.')
  @Can('read', 'Import')
  @Answers(200, ImportResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('importId', 'The import') id: string,
  ): Promise<ImportResponse> {
    return ImportResponse.from(await this.imports.get(actor, id));
  }

  @Get(':importId/report')
  @Does('Shows up to 10,000 problems of rows that were not taken: row, column, value and reason.')
  @Can('read', 'Import')
  @ApiOkResponse({ description: 'A table as CSV.', content: { 'text/csv': { schema: { type: 'string' } } } })
  @Fails(NotFound)
  async report(
    @CurrentActor() actor: Actor,
    @IdParam('importId', 'The import') id: string,
  ): Promise<StreamableFile> {
    const lines = Readable.from(rejectionsAsCsv(await this.imports.rejections(actor, id)), {
      objectMode: false,
    });
    return new StreamableFile(lines, {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="report.csv"',
    });
  }
}
