import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { FileGone, StorageAway } from '#common/storage';
import { IdParam, PageQuery } from '#common/validation';
import { PreviewImportDto, StartImportDto } from '../dto/import.dtos.js';
import { ImportPage, ImportPreviewResponse, ImportResponse } from '../dto/import.responses.js';
import { ImportFilesService } from './import-files.service.js';
import { FileUnreadable, ImportLimitReached } from './imports.errors.js';
import { ImportsService } from './imports.service.js';

@Controller('v1/tables/:tableId')
@Topic('Imports of files into hosted tables.')
export class TableImportsController {
  constructor(
    private readonly imports: ImportsService,
    private readonly files: ImportFilesService,
  ) {}

  @Post('import/preview')
  @Does('Shows how a file would be read, and which of its columns belong to which fields.')
  @Can('create', 'Import')
  @Answers(200, ImportPreviewResponse)
  @Fails(NotFound, FileUnreadable, FileGone, StorageAway)
  async preview(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @Body() body: PreviewImportDto,
  ): Promise<ImportPreviewResponse> {
    return ImportPreviewResponse.from(await this.files.preview(actor, body.fileId, body.toWishes(), tableId));
  }

  @Post('import')
  @Does(
    'Reads a file into the table.',
    'Rows that do not fit are left out and told of in the report; all others are written, each once, even when the server is restarted meanwhile.',
  )
  @Can('create', 'Import')
  @Answers(202, ImportResponse)
  @Fails(NotFound, FileUnreadable, FileGone, StorageAway, ImportLimitReached)
  async start(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @Body() body: StartImportDto,
  ): Promise<ImportResponse> {
    return ImportResponse.from(await this.imports.start(actor, tableId, body.toDraft()));
  }

  @Get('imports')
  @Does('Lists the imports of the last 30 days, newest first.')
  @Can('read', 'Import')
  @Answers(200, ImportPage)
  @Fails(NotFound)
  async list(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @Query() query: PageQuery,
  ): Promise<ImportPage> {
    const { data, nextCursor } = await this.imports.list(actor, tableId, query);
    return { data: data.map((one) => ImportResponse.from(one)), nextCursor };
  }
}
