import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, ClientGone, Does, Fails, Topic } from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { CreateConnectionDto, UpdateConnectionDto } from '../dto/connection.dtos.js';
import {
  ConnectionPage,
  ConnectionResponse,
  ConnectionTrialResponse,
  RemoteTablePage,
} from '../dto/connection.responses.js';
import { RemoteTablesQuery } from '../dto/remote-tables.query.js';
import { ConnectionsService } from './connections.service.js';
import {
  ConnectionInUse,
  ConnectionLimitReached,
  REMOTE_FAILURES,
  RemoteTableGone,
} from './remote.errors.js';

@Controller('v1/table-connections')
@Topic('Accounts of other services whose tables hosted tables can follow.')
export class TableConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  @Post()
  @Does('Keeps what opens an account. It is sealed, and never shown again.')
  @Can('create', 'TableConnection')
  @Answers(201, ConnectionResponse)
  @Fails(ConnectionLimitReached)
  async create(@CurrentActor() actor: Actor, @Body() body: CreateConnectionDto): Promise<ConnectionResponse> {
    return ConnectionResponse.from(await this.connections.create(actor, body));
  }

  @Get()
  @Does('Lists the connections, newest first.')
  @Can('read', 'TableConnection')
  @Answers(200, ConnectionPage)
  async list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<ConnectionPage> {
    const { data, nextCursor } = await this.connections.list(actor, query);
    return { data: data.map((connection) => ConnectionResponse.from(connection)), nextCursor };
  }

  @Get(':connectionId')
  @Does('Shows a connection without its secrets.')
  @Can('read', 'TableConnection')
  @Answers(200, ConnectionResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('connectionId', 'The connection') id: string,
  ): Promise<ConnectionResponse> {
    return ConnectionResponse.from(await this.connections.get(actor, id));
  }

  @Patch(':connectionId')
  @Does('Changes the name of a connection, or what opens the account.')
  @Can('update', 'TableConnection')
  @Answers(200, ConnectionResponse)
  @Fails(NotFound)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('connectionId', 'The connection') id: string,
    @Body() body: UpdateConnectionDto,
  ): Promise<ConnectionResponse> {
    return ConnectionResponse.from(await this.connections.update(actor, id, body));
  }

  @Delete(':connectionId')
  @Does('Removes a connection by which no table is linked.')
  @Can('delete', 'TableConnection')
  @Answers(204)
  @Fails(NotFound, ConnectionInUse)
  async remove(
    @CurrentActor() actor: Actor,
    @IdParam('connectionId', 'The connection') id: string,
  ): Promise<void> {
    await this.connections.remove(actor, id);
  }

  @Post(':connectionId/test')
  @Does('Asks the account for its tables, and says in words how it went.')
  @Can('update', 'TableConnection')
  @Answers(200, ConnectionTrialResponse)
  @Fails(NotFound)
  async test(
    @CurrentActor() actor: Actor,
    @IdParam('connectionId', 'The connection') id: string,
    @ClientGone() gone: AbortSignal,
  ): Promise<ConnectionTrialResponse> {
    return ConnectionTrialResponse.from(await this.connections.test(actor, id, gone));
  }

  @Get(':connectionId/tables')
  @Does('Lists the tables of the account, as the other service shows them now.')
  @Can('read', 'TableConnection')
  @Answers(200, RemoteTablePage)
  @Fails(NotFound, RemoteTableGone, ...REMOTE_FAILURES)
  async listTables(
    @CurrentActor() actor: Actor,
    @IdParam('connectionId', 'The connection') id: string,
    @Query() { cursor }: RemoteTablesQuery,
    @ClientGone() gone: AbortSignal,
  ): Promise<RemoteTablePage> {
    return RemoteTablePage.of(await this.connections.tables(actor, id, cursor, gone));
  }
}
