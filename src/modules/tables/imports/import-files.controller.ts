import { Body, Controller, Delete, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, ByteBody, Does, Fails, TakesBytes, Topic } from '#common/http';
import { FileGone, FileTooLarge, StorageAway } from '#common/storage';
import { IdParam } from '#common/validation';
import { ReadFileDto } from '../dto/import.dtos.js';
import { ImportFileQuery } from '../dto/import-file.query.js';
import { ImportFileResponse, ImportPreviewResponse } from '../dto/import.responses.js';
import { ImportFilesService } from './import-files.service.js';
import { FileUnreadable, ImportLimitReached } from './imports.errors.js';

@Controller('v1/import-files')
@Topic('Files that are sent to be imported into hosted tables.')
export class ImportFilesController {
  constructor(private readonly files: ImportFilesService) {}

  @Post()
  @Does('Takes a file of up to 256 MB, to be looked at and imported. It is removed after a day.')
  @Can('create', 'Import')
  @TakesBytes('The file as it is: CSV, TSV, JSON by lines, or XLSX.')
  @Answers(201, ImportFileResponse)
  @Fails(FileTooLarge, ImportLimitReached, StorageAway)
  async send(
    @CurrentActor() actor: Actor,
    @Query() { name }: ImportFileQuery,
    @ByteBody() bytes: AsyncIterable<Buffer>,
  ): Promise<ImportFileResponse> {
    return ImportFileResponse.from(await this.files.receive(actor, name, bytes));
  }

  @Post(':fileId/preview')
  @Does('Shows how a file would be read, and which fields a new table for it would have.')
  @Can('create', 'Import')
  @Answers(200, ImportPreviewResponse)
  @Fails(NotFound, FileUnreadable, FileGone, StorageAway)
  async preview(
    @CurrentActor() actor: Actor,
    @IdParam('fileId', 'The file') fileId: string,
    @Body() body: ReadFileDto,
  ): Promise<ImportPreviewResponse> {
    return ImportPreviewResponse.from(await this.files.preview(actor, fileId, body.toWishes()));
  }

  @Delete(':fileId')
  @Does('Removes a file. Imports that still read it fail.')
  @Can('create', 'Import')
  @Answers(204)
  @Fails(NotFound, StorageAway)
  async remove(@CurrentActor() actor: Actor, @IdParam('fileId', 'The file') fileId: string): Promise<void> {
    await this.files.remove(actor, fileId);
  }
}
