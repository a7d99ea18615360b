import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { NotQuestions, TooManyQuestions } from './datasources.errors.js';
import { ChangedQaItemsResponse, QaItemPage, QaItemResponse } from './dto/qa-item.responses.js';
import { AddQaItemsDto, ChangeQaItemDto } from './dto/qa-pair.dto.js';
import { QaItemsService } from './qa/qa-items.service.js';

@Controller('v1/datasources/:datasourceId/items')
@Topic('Questions and answers of the sources that are made of them (`type: "qa"`).')
export class QaItemsController {
  constructor(private readonly items: QaItemsService) {}

  @Get()
  @Does('Lists the questions and answers of a source, in the order in which they were added.')
  @Can('read', 'Datasource')
  @Answers(200, QaItemPage)
  @Fails(NotFound, NotQuestions)
  async list(
    @CurrentActor() actor: Actor,
    @IdParam('datasourceId', 'The source') id: string,
    @Query() query: PageQuery,
  ): Promise<QaItemPage> {
    const { data, nextCursor } = await this.items.list(actor, id, query);
    return { data: data.map((item) => QaItemResponse.from(item)), nextCursor };
  }

  @Post()
  @Does('Adds questions and answers. Each pair becomes one passage.')
  @Can('update', 'Datasource')
  @Answers(202, ChangedQaItemsResponse)
  @Fails(NotFound, NotQuestions, TooManyQuestions)
  async add(
    @CurrentActor() actor: Actor,
    @IdParam('datasourceId', 'The source') id: string,
    @Body() body: AddQaItemsDto,
  ): Promise<ChangedQaItemsResponse> {
    return ChangedQaItemsResponse.from(await this.items.add(actor, id, body.items));
  }

  @Patch(':itemId')
  @Does('Changes a question or its answer.')
  @Can('update', 'Datasource')
  @Answers(202, ChangedQaItemsResponse)
  @Fails(NotFound, NotQuestions)
  async change(
    @CurrentActor() actor: Actor,
    @IdParam('datasourceId', 'The source') id: string,
    @IdParam('itemId', 'The pair') itemId: string,
    @Body() body: ChangeQaItemDto,
  ): Promise<ChangedQaItemsResponse> {
    return ChangedQaItemsResponse.from(await this.items.change(actor, id, itemId, body));
  }

  @Delete(':itemId')
  @Does('Removes a question with its answer.')
  @Can('update', 'Datasource')
  @Answers(204)
  @Fails(NotFound, NotQuestions)
  async remove(
    @CurrentActor() actor: Actor,
    @IdParam('datasourceId', 'The source') id: string,
    @IdParam('itemId', 'The pair') itemId: string,
  ): Promise<void> {
    await this.items.remove(actor, id, itemId);
  }
}
