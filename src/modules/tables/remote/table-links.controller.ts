import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, ClientGone, Does, Fails, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { CreateTableLinkDto, UpdateTableLinkDto } from '../dto/link.dtos.js';
import { TableLinkResponse } from '../dto/link.responses.js';
import { TableLimitReached, TableNameTaken } from '../tables.errors.js';
import { LinksService } from './links.service.js';
import { REMOTE_FAILURES, RemoteTableGone, TableLinkedElsewhere } from './remote.errors.js';

@Controller('v1')
@Topic('Hosted tables that follow tables of other services.')
export class TableLinksController {
  constructor(private readonly links: LinksService) {}

  @Post('table-links')
  @Does(
    'Lets a hosted table follow one of another service, and takes over what that holds.',
    'Nothing but a call takes it over once more: see the sync of a link.',
  )
  @Can('update', 'Table')
  @Answers(202, TableLinkResponse)
  @Fails(
    NotFound,
    RemoteTableGone,
    TableLinkedElsewhere,
    TableNameTaken,
    TableLimitReached,
    ...REMOTE_FAILURES,
  )
  async create(
    @CurrentActor() actor: Actor,
    @Body() body: CreateTableLinkDto,
    @ClientGone() gone: AbortSignal,
  ): Promise<TableLinkResponse> {
    return TableLinkResponse.from(await this.links.create(actor, body, gone));
  }

  @Get('tables/:tableId/link')
  @Does('Shows which table of another service a hosted table follows, and how the last run went.')
  @Can('read', 'Table')
  @Answers(200, TableLinkResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
  ): Promise<TableLinkResponse> {
    return TableLinkResponse.from(await this.links.get(actor, tableId));
  }

  @Patch('tables/:tableId/link')
  @Does('Changes whether changes that are made here are written to the remote table.')
  @Can('update', 'Table')
  @Answers(200, TableLinkResponse)
  @Fails(NotFound)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @Body() { pushBack }: UpdateTableLinkDto,
  ): Promise<TableLinkResponse> {
    return TableLinkResponse.from(await this.links.update(actor, tableId, pushBack));
  }

  @Delete('tables/:tableId/link')
  @Does('Lets a table follow no other any more. The records stay, here and there.')
  @Can('update', 'Table')
  @Answers(204)
  @Fails(NotFound)
  async remove(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
  ): Promise<void> {
    await this.links.remove(actor, tableId);
  }

  @Post('tables/:tableId/link/sync')
  @Does('Takes over what the remote table holds now. A run that waits already is joined.')
  @Can('update', 'Table')
  @Answers(202, TableLinkResponse)
  @Fails(NotFound)
  async sync(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
  ): Promise<TableLinkResponse> {
    return TableLinkResponse.from(await this.links.sync(actor, tableId));
  }
}
