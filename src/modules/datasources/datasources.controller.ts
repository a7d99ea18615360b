import { Readable } from 'node:stream';
import { Body, Controller, Delete, Get, Patch, Post, Query, StreamableFile } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import {
  Answers,
  AnswersFile,
  Does,
  Fails,
  FormBody,
  FormMalformed,
  FormOf,
  IdempotencyKeyRefused,
  OutboundAddressRefused,
  OutboundUrlInvalid,
  TakesForm,
  Topic,
} from '#common/http';
import { StorageAway } from '#common/storage';
import { IdParam, PageQuery } from '#common/validation';
import { DatasourcesService } from './datasources.service.js';
import { CreateDatasourceDto } from './dto/create-datasource.dto.js';
import { DatasourcePage, DatasourceResponse, StartedSyncResponse } from './dto/datasource.responses.js';
import { ChunkPage, ChunkResponse, DocumentPage, DocumentResponse } from './dto/document.responses.js';
import { ListRunPagesQuery } from './dto/list-run-pages.query.js';
import {
  RunPageList,
  SyncRunPageList,
  SyncRunPageResponse,
  SyncRunResponse,
} from './dto/sync-run.response.js';
import { UpdateDatasourceDto } from './dto/update-datasource.dto.js';
import { FileFormDto, UploadFileDto } from './dto/upload-file.dto.js';
import { FileMissing, UPLOAD_FAILURES } from './file.errors.js';
import { attachmentOf } from './file-name.js';
import { UploadFile } from './use-cases/upload-file.js';

@Controller('v1/datasources')
@Topic('Pages, texts and files that bots answer from, and what was read of them.')
export class DatasourcesController {
  constructor(
    private readonly datasources: DatasourcesService,
    private readonly files: UploadFile,
  ) {}

  @Post()
  @Does('Makes a source and starts to read it.')
  @Can('create', 'Datasource')
  @Answers(202, StartedSyncResponse)
  @Fails(OutboundUrlInvalid, OutboundAddressRefused)
  async create(
    @CurrentActor() actor: Actor,
    @Body() body: CreateDatasourceDto,
  ): Promise<StartedSyncResponse> {
    return StartedSyncResponse.fromSync(await this.datasources.create(actor, body));
  }

  @Post('files')
  @Does(
    'Makes a source of a file and starts to read it.',
    'Its type is told by its content. A file that the workspace has already is refused, and its source named: so the call can be repeated without a key.',
  )
  @Can('create', 'Datasource')
  @TakesForm(FileFormDto)
  @Answers(202, StartedSyncResponse)
  @Fails(...UPLOAD_FAILURES, FormMalformed, IdempotencyKeyRefused)
  async upload(
    @CurrentActor() actor: Actor,
    @FormOf(UploadFileDto) form: FormBody<UploadFileDto>,
  ): Promise<StartedSyncResponse> {
    return StartedSyncResponse.fromSync(await this.files.execute(actor, form));
  }

  @Get()
  @Does('Lists the sources, newest first.')
  @Can('read', 'Datasource')
  @Answers(200, DatasourcePage)
  async list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<DatasourcePage> {
    const { data, nextCursor } = await this.datasources.list(actor, query);
    return { data: data.map((one) => DatasourceResponse.from(one)), nextCursor };
  }

  @Get(':datasourceId')
  @Does('Shows a source.')
  @Can('read', 'Datasource')
  @Answers(200, DatasourceResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('datasourceId', 'The data source') id: string,
  ): Promise<DatasourceResponse> {
    return DatasourceResponse.from(await this.datasources.show(actor, id));
  }

  @Patch(':datasourceId')
  @Does('Changes name, address, content, settings or schedule. What is new is read at once.')
  @Can('update', 'Datasource')
  @Answers(200, DatasourceResponse)
  @Fails(NotFound, OutboundUrlInvalid, OutboundAddressRefused)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('datasourceId', 'The data source') id: string,
    @Body() body: UpdateDatasourceDto,
  ): Promise<DatasourceResponse> {
    return DatasourceResponse.from(await this.datasources.update(actor, id, body));
  }

  @Delete(':datasourceId')
  @Does('Removes a source with all that was read from it.')
  @Can('delete', 'Datasource')
  @Answers(204)
  @Fails(NotFound)
  async remove(
    @CurrentActor() actor: Actor,
    @IdParam('datasourceId', 'The data source') id: string,
  ): Promise<void> {
    await this.datasources.remove(actor, id);
  }

  @Get(':datasourceId/file')
  @Does('Downloads the file that a source was made of.')
  @Can('read', 'Datasource')
  @AnswersFile()
  @Fails(NotFound, FileMissing, StorageAway)
  async download(
    @CurrentActor() actor: Actor,
    @IdParam('datasourceId', 'The data source') id: string,
  ): Promise<StreamableFile> {
    const { content, bytes, name } = await this.datasources.openFile(actor, id);
    return new StreamableFile(Readable.from(content), { length: bytes, disposition: attachmentOf(name) });
  }

  @Post(':datasourceId/sync')
  @Does(
    'Reads the source anew, of a site all pages. Nothing does so but this call and a schedule that was set. A sync that is under way is joined.',
  )
  @Can('sync', 'Datasource')
  @Answers(202, StartedSyncResponse)
  @Fails(NotFound)
  async sync(
    @CurrentActor() actor: Actor,
    @IdParam('datasourceId', 'The data source') id: string,
  ): Promise<StartedSyncResponse> {
    return StartedSyncResponse.fromSync(await this.datasources.sync(actor, id));
  }

  @Get(':datasourceId/runs')
  @Does('Lists the syncs, newest first, with what became of their first pages.')
  @Can('read', 'Datasource')
  @Answers(200, SyncRunPageList)
  @Fails(NotFound)
  async listRuns(
    @CurrentActor() actor: Actor,
    @IdParam('datasourceId', 'The data source') id: string,
    @Query() query: PageQuery,
  ): Promise<SyncRunPageList> {
    const { data, nextCursor } = await this.datasources.listRuns(actor, id, query);
    return { data: data.map((report) => SyncRunResponse.from(report)), nextCursor };
  }

  @Get(':datasourceId/runs/:runId/pages')
  @Does('Lists what became of the pages of a run. Of a site, the pages of the last ten runs are kept.')
  @Can('read', 'Datasource')
  @Answers(200, RunPageList)
  @Fails(NotFound)
  async listRunPages(
    @CurrentActor() actor: Actor,
    @IdParam('datasourceId', 'The data source') id: string,
    @IdParam('runId', 'The run') runId: string,
    @Query() query: ListRunPagesQuery,
  ): Promise<RunPageList> {
    const { data, nextCursor } = await this.datasources.listRunPages(actor, id, runId, query);
    return { data: data.map((page) => SyncRunPageResponse.from(page)), nextCursor };
  }

  @Post(':datasourceId/documents/:documentId/sync')
  @Does('Reads one page of a site anew, or the whole source where it has no more than one document.')
  @Can('sync', 'Datasource')
  @Answers(202, StartedSyncResponse)
  @Fails(NotFound)
  async syncDocument(
    @CurrentActor() actor: Actor,
    @IdParam('datasourceId', 'The data source') id: string,
    @IdParam('documentId', 'The document') documentId: string,
  ): Promise<StartedSyncResponse> {
    return StartedSyncResponse.fromSync(await this.datasources.syncDocument(actor, id, documentId));
  }

  @Get(':datasourceId/documents')
  @Does('Lists the pages that were read.')
  @Can('read', 'Datasource')
  @Answers(200, DocumentPage)
  @Fails(NotFound)
  async listDocuments(
    @CurrentActor() actor: Actor,
    @IdParam('datasourceId', 'The data source') id: string,
    @Query() query: PageQuery,
  ): Promise<DocumentPage> {
    const { data, nextCursor } = await this.datasources.listDocuments(actor, id, query);
    return { data: data.map((document) => DocumentResponse.from(document)), nextCursor };
  }

  @Get(':datasourceId/documents/:documentId/chunks')
  @Does('Lists the passages of a page in reading order.')
  @Can('read', 'Datasource')
  @Answers(200, ChunkPage)
  @Fails(NotFound)
  async listChunks(
    @CurrentActor() actor: Actor,
    @IdParam('datasourceId', 'The data source') id: string,
    @IdParam('documentId', 'The document') documentId: string,
    @Query() query: PageQuery,
  ): Promise<ChunkPage> {
    const { data, nextCursor } = await this.datasources.listChunks(actor, id, documentId, query);
    return { data: data.map((chunk) => ChunkResponse.from(chunk)), nextCursor };
  }
}
