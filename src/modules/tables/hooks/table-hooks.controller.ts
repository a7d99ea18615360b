import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { CreateHookDto } from '../dto/create-hook.dto.js';
import { HookPage, HookResponse, NewHookResponse } from '../dto/hook.responses.js';
import { HookLimitReached } from './hooks.errors.js';
import { HooksService } from './hooks.service.js';

@Controller('v1/tables/:tableId/hooks')
@Topic('Ways in for other services, which write records of one table and can do nothing else.')
export class TableHooksController {
  constructor(private readonly hooks: HooksService) {}

  @Post()
  @Does('Makes a hook. Its address and its secret are shown this once.')
  @Can('update', 'Table')
  @Answers(201, NewHookResponse)
  @Fails(NotFound, HookLimitReached)
  async create(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @Body() body: CreateHookDto,
  ): Promise<NewHookResponse> {
    return NewHookResponse.shownOnce(await this.hooks.create(actor, tableId, body));
  }

  @Get()
  @Does('Lists the hooks of a table, newest first.')
  @Can('update', 'Table')
  @Answers(200, HookPage)
  @Fails(NotFound)
  async list(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @Query() query: PageQuery,
  ): Promise<HookPage> {
    const { data, nextCursor } = await this.hooks.list(actor, tableId, query);
    return { data: data.map((hook) => HookResponse.from(hook)), nextCursor };
  }

  @Delete(':hookId')
  @Does('Removes a hook, which takes nothing more from then on.')
  @Can('update', 'Table')
  @Answers(204)
  @Fails(NotFound)
  async remove(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @IdParam('hookId', 'The hook') id: string,
  ): Promise<void> {
    await this.hooks.remove(actor, tableId, id);
  }
}
