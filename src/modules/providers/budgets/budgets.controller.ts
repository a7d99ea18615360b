import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { ProviderLimitReached, ProviderNotConfigured, UnknownModel } from '../providers.errors.js';
import { BudgetExists } from './budgets.errors.js';
import { BudgetsService } from './budgets.service.js';
import { CreateBudgetDto, UpdateBudgetDto } from './dto/budget.dtos.js';
import { BudgetPage, BudgetResponse } from './dto/budget.response.js';

@Controller('v1/budgets')
@Topic('What a workspace and its bots may spend on models.')
export class BudgetsController {
  constructor(private readonly budgets: BudgetsService) {}

  @Post()
  @Does(
    'Limits what models may cost in a day or a month.',
    'Before each call the most that it can cost is held back, so that many at once do not spend more. A turn that does not fit any more fails with `budget_exhausted`, or is answered by `fallback`.',
  )
  @Can('create', 'Budget')
  @Answers(201, BudgetResponse)
  @Fails(NotFound, BudgetExists, UnknownModel, ProviderNotConfigured, ProviderLimitReached)
  async create(@CurrentActor() actor: Actor, @Body() body: CreateBudgetDto): Promise<BudgetResponse> {
    return BudgetResponse.from(await this.budgets.create(actor, body.toDraft()));
  }

  @Get()
  @Does('Lists the budgets with what has been used, newest first.')
  @Can('read', 'Budget')
  @Answers(200, BudgetPage)
  async list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<BudgetPage> {
    const { data, nextCursor } = await this.budgets.list(actor, query);
    return { data: data.map((budget) => BudgetResponse.from(budget)), nextCursor };
  }

  @Get(':budgetId')
  @Does('Shows a budget with what has been used.')
  @Can('read', 'Budget')
  @Answers(200, BudgetResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('budgetId', 'The budget') id: string,
  ): Promise<BudgetResponse> {
    return BudgetResponse.from(await this.budgets.get(actor, id));
  }

  @Patch(':budgetId')
  @Does('Changes amount or fallback of a budget; what has been used stays.')
  @Can('update', 'Budget')
  @Answers(200, BudgetResponse)
  @Fails(NotFound, UnknownModel, ProviderNotConfigured)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('budgetId', 'The budget') id: string,
    @Body() body: UpdateBudgetDto,
  ): Promise<BudgetResponse> {
    return BudgetResponse.from(await this.budgets.update(actor, id, body));
  }

  @Delete(':budgetId')
  @Does('Removes a budget.')
  @Can('delete', 'Budget')
  @Answers(204)
  @Fails(NotFound)
  async remove(@CurrentActor() actor: Actor, @IdParam('budgetId', 'The budget') id: string): Promise<void> {
    await this.budgets.remove(actor, id);
  }
}
