import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { ListRecordsQuery } from '../dto/list-records.query.js';
import { QueryRecordsDto } from '../dto/query-records.dto.js';
import {
  AggregationResponse,
  CreatedRecordsResponse,
  RecordPage,
  RecordResponse,
  UpsertedRecordsResponse,
} from '../dto/record.responses.js';
import {
  CreateRecordsDto,
  RemoveRecordsDto,
  UpsertRecordsDto,
  WriteRecordDto,
} from '../dto/write-records.dto.js';
import { QueryTooSlow, RecordLinked, TableBusy, TableLimitReached, ValueTaken } from '../tables.errors.js';
import { RecordsService } from './records.service.js';

@Controller('v1/tables/:tableId/records')
@Topic('Records of hosted tables.')
export class RecordsController {
  constructor(private readonly records: RecordsService) {}

  @Get()
  @Does('Lists the records that fit, in the order that is asked for.')
  @Can('read', 'Record')
  @Answers(200, RecordPage)
  @Fails(NotFound, QueryTooSlow)
  async list(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @Query() query: ListRecordsQuery,
  ): Promise<RecordPage> {
    const { data, nextCursor } = await this.records.list(actor, tableId, query.toPage());
    return { data: data.map((record) => RecordResponse.from(record)), nextCursor };
  }

  @Post()
  @Does('Makes up to 1,000 records: all of them, or none.')
  @Can('create', 'Record')
  @Answers(201, CreatedRecordsResponse)
  @Fails(NotFound, ValueTaken, TableLimitReached, TableBusy)
  async create(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @Body() body: CreateRecordsDto,
  ): Promise<CreatedRecordsResponse> {
    return CreatedRecordsResponse.from(await this.records.create(actor, tableId, body.toValues()));
  }

  @Post('upsert')
  @Does(
    'Makes up to 1,000 records, or changes those that have the same value of a unique field.',
    'All records name the same fields. Of a record that is changed, fields that are not named stay as they are.',
  )
  @Can('create', 'Record')
  @Answers(200, UpsertedRecordsResponse)
  @Fails(NotFound, ValueTaken, TableLimitReached, TableBusy)
  async upsert(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @Body() body: UpsertRecordsDto,
  ): Promise<UpsertedRecordsResponse> {
    return UpsertedRecordsResponse.from(await this.records.upsert(actor, tableId, body.key, body.toValues()));
  }

  @Post('query')
  @Does('Counts, sums and groups the records that fit.')
  @Can('read', 'Record')
  @Answers(200, AggregationResponse)
  @Fails(NotFound, QueryTooSlow)
  async query(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @Body() body: QueryRecordsDto,
  ): Promise<AggregationResponse> {
    return AggregationResponse.from(await this.records.query(actor, tableId, body));
  }

  @Post('remove')
  @Does('Removes up to 1,000 records: all of them, or none. Links to them become empty.')
  @Can('delete', 'Record')
  @Answers(204)
  @Fails(NotFound, RecordLinked, TableBusy)
  async removeAll(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @Body() body: RemoveRecordsDto,
  ): Promise<void> {
    await this.records.removeAll(actor, tableId, body.ids);
  }

  @Get(':recordId')
  @Does('Shows a record.')
  @Can('read', 'Record')
  @Answers(200, RecordResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @IdParam('recordId', 'The record') id: string,
  ): Promise<RecordResponse> {
    return RecordResponse.from(await this.records.get(actor, tableId, id));
  }

  @Patch(':recordId')
  @Does('Changes the fields that the body names; the rest stays.')
  @Can('update', 'Record')
  @Answers(200, RecordResponse)
  @Fails(NotFound, ValueTaken, TableBusy)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @IdParam('recordId', 'The record') id: string,
    @Body() body: WriteRecordDto,
  ): Promise<RecordResponse> {
    return RecordResponse.from(await this.records.update(actor, tableId, id, body.fields));
  }

  @Delete(':recordId')
  @Does('Removes a record. Links to it become empty.')
  @Can('delete', 'Record')
  @Answers(204)
  @Fails(NotFound, RecordLinked, TableBusy)
  async remove(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @IdParam('recordId', 'The record') id: string,
  ): Promise<void> {
    await this.records.remove(actor, tableId, id);
  }
}
