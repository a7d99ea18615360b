import { Body, Controller, Delete, Get, Headers, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type Actor, Can, CurrentActor, Public } from '#common/access';
import { NotFound } from '#common/errors';
import { JobAlreadyFinished } from '#common/jobs';
import { Answers, AnswersFileInParts, Does, Fails, sendFile, Topic } from '#common/http';
import { FileGone, StorageAway } from '#common/storage';
import { IdParam } from '#common/validation';
import { type Download, DownloadsService } from './downloads.service.js';
import { CreateExportDto } from './dto/create-export.dto.js';
import { CreateLinkDto } from './dto/create-link.dto.js';
import { ExportFileQuery } from './dto/export-file.query.js';
import { ExportLinkResponse, ExportPage, ExportResponse } from './dto/export.response.js';
import { ListExportsQuery } from './dto/list-exports.query.js';
import {
  ExportExpired,
  ExportNotReady,
  LinkInvalid,
  RangeOutside,
  TooManyExports,
} from './exports.errors.js';
import { ExportsService } from './exports.service.js';
import { attachment } from './file-name.js';
import { ExportLinksService } from './links/export-links.service.js';
import { mediaTypeOf, MEDIA_TYPES } from './media-types.js';

@Controller('v1/exports')
@Topic('Files with all that a workspace has.')
export class ExportsController {
  constructor(
    private readonly exports: ExportsService,
    private readonly downloads: DownloadsService,
    private readonly links: ExportLinksService,
  ) {}

  @Post()
  @Does(
    'Lets a job write a file with all rows that there are now.',
    'What is written later is not in it. Rows that change while it is written are in it once, as they were when they were read. With `since`, the rows that are new or have changed between the two exports: each change is in exactly one of a series of exports, and a row that changes while one is written comes with the next one. Rows that were deleted are not told of. Of tables and topics there is no `since`.',
  )
  @Can('create', 'Export')
  @Answers(202, ExportResponse)
  @Fails(NotFound, TooManyExports)
  async create(@CurrentActor() actor: Actor, @Body() body: CreateExportDto): Promise<ExportResponse> {
    const one = await this.exports.start(actor, body);
    return ExportResponse.from(one, this.exports.watermarkOf(one));
  }

  @Get()
  @Does('Lists exports, newest first.')
  @Can('read', 'Export')
  @Answers(200, ExportPage)
  async list(@CurrentActor() actor: Actor, @Query() query: ListExportsQuery): Promise<ExportPage> {
    const { data, nextCursor } = await this.exports.list(actor, query, query);
    return { data: data.map((one) => ExportResponse.from(one, this.exports.watermarkOf(one))), nextCursor };
  }

  @Get(':exportId')
  @Does('Shows an export, and how far it is.')
  @Can('read', 'Export')
  @Answers(200, ExportResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('exportId', 'The export') id: string,
  ): Promise<ExportResponse> {
    const one = await this.exports.get(actor, id);
    return ExportResponse.from(one, this.exports.watermarkOf(one));
  }

  @Post(':exportId/cancel')
  @Does('Stops an export that is under way. Of its file there is nothing then.')
  @Can('create', 'Export')
  @Answers(200, ExportResponse)
  @Fails(NotFound, JobAlreadyFinished)
  async cancel(
    @CurrentActor() actor: Actor,
    @IdParam('exportId', 'The export') id: string,
  ): Promise<ExportResponse> {
    const one = await this.exports.cancel(actor, id);
    return ExportResponse.from(one, this.exports.watermarkOf(one));
  }

  @Delete(':exportId')
  @Does('Removes an export with its file and its links; one that is under way is stopped.')
  @Can('delete', 'Export')
  @Answers(204)
  @Fails(NotFound)
  async remove(@CurrentActor() actor: Actor, @IdParam('exportId', 'The export') id: string): Promise<void> {
    await this.exports.remove(actor, id);
  }

  @Get(':exportId/download')
  @Does('Sends the file, or a part of it.')
  @Can('read', 'Export')
  @AnswersFileInParts(MEDIA_TYPES)
  @Fails(NotFound, ExportNotReady, ExportExpired, FileGone, StorageAway, RangeOutside)
  async download(
    @CurrentActor() actor: Actor,
    @IdParam('exportId', 'The export') id: string,
    @Req() request: Request,
    @Headers('range') range: string | undefined,
    @Headers('if-range') ifRange: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const wish = { range, ifRange, isHead: request.method === 'HEAD' };
    await send(response, () => this.downloads.open(actor, id, wish));
  }

  @Post(':exportId/links')
  @Does('Makes a link by which the file is fetched without a token. It is shown once, here.')
  @Can('read', 'Export')
  @Answers(201, ExportLinkResponse)
  @Fails(NotFound, ExportNotReady, ExportExpired)
  async createLink(
    @CurrentActor() actor: Actor,
    @IdParam('exportId', 'The export') id: string,
    @Body() body: CreateLinkDto,
  ): Promise<ExportLinkResponse> {
    return ExportLinkResponse.from(await this.links.make(actor, id, body));
  }

  @Get(':exportId/file')
  @Does('Sends the file, or a part of it, to whoever holds a signed link.')
  @Public()
  @AnswersFileInParts(MEDIA_TYPES)
  @Fails(NotFound, LinkInvalid, ExportNotReady, ExportExpired, FileGone, StorageAway, RangeOutside)
  async downloadByLink(
    @IdParam('exportId', 'The export') id: string,
    @Query() { token }: ExportFileQuery,
    @Req() request: Request,
    @Headers('range') range: string | undefined,
    @Headers('if-range') ifRange: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const wish = { range, ifRange, isHead: request.method === 'HEAD' };
    await send(response, () => this.downloads.openByLink(id, token, wish));
  }
}

async function send(response: Response, open: () => Promise<Download>): Promise<void> {
  try {
    const { fileName, format, isZipped, ...file } = await open();
    const about = { mediaType: mediaTypeOf(format, isZipped), disposition: attachment(fileName) };
    await sendFile(response, { ...file, ...about });
  } catch (error) {
    if (error instanceof RangeOutside) response.setHeader('Content-Range', `bytes */${String(error.bytes)}`);
    throw error;
  }
}
