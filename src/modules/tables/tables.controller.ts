import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { CreateTableDto } from './dto/create-table.dto.js';
import { TablePage, TableResponse } from './dto/table.response.js';
import { UpdateTableDto } from './dto/update-table.dto.js';
import { FieldKeyTaken, TableBusy, TableLimitReached, TableLinked, TableNameTaken } from './tables.errors.js';
import { TablesService } from './tables.service.js';

@Controller('v1/tables')
@Topic('Hosted tables: what a team keeps in rows and columns.')
export class TablesController {
  constructor(private readonly tables: TablesService) {}

  @Post()
  @Does('Makes a table.')
  @Can('create', 'Table')
  @Answers(201, TableResponse)
  @Fails(TableNameTaken, FieldKeyTaken, TableLimitReached, TableBusy)
  async create(@CurrentActor() actor: Actor, @Body() body: CreateTableDto): Promise<TableResponse> {
    return TableResponse.from(await this.tables.create(actor, body));
  }

  @Get()
  @Does('Lists the tables, newest first.')
  @Can('read', 'Table')
  @Answers(200, TablePage)
  async list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<TablePage> {
    const { data, nextCursor } = await this.tables.list(actor, query);
    return { data: data.map((table) => TableResponse.from(table)), nextCursor };
  }

  @Get(':tableId')
  @Does('Shows a table with its fields.')
  @Can('read', 'Table')
  @Answers(200, TableResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') id: string,
  ): Promise<TableResponse> {
    return TableResponse.from(await this.tables.get(actor, id));
  }

  @Patch(':tableId')
  @Does('Changes what the body names; the rest stays.')
  @Can('update', 'Table')
  @Answers(200, TableResponse)
  @Fails(NotFound, TableNameTaken)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') id: string,
    @Body() body: UpdateTableDto,
  ): Promise<TableResponse> {
    return TableResponse.from(await this.tables.update(actor, id, body));
  }

  @Delete(':tableId')
  @Does('Removes a table with all its records.')
  @Can('delete', 'Table')
  @Answers(204)
  @Fails(NotFound, TableLinked, TableBusy)
  async remove(@CurrentActor() actor: Actor, @IdParam('tableId', 'The table') id: string): Promise<void> {
    await this.tables.remove(actor, id);
  }
}
