import { Body, Controller, Delete, Get, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Fails, Does, Topic } from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { FilterOutdated } from '#modules/datasources';
import { ProviderNotConfigured, RepeatedFallback, UnknownModel } from '#modules/providers';
import { BotHeld, BotSlugTaken } from './bots.errors.js';
import { BotsService } from './bots.service.js';
import { AttachDatasourceDto } from './dto/attach-datasource.dto.js';
import { AttachmentPage } from './dto/attachment.response.js';
import { BotPage, BotResponse } from './dto/bot.response.js';
import { CreateBotDto } from './dto/create-bot.dto.js';
import { SearchBotDto, SearchBotQuery } from './dto/search-bot.dto.js';
import { SearchResponse } from './dto/search.response.js';
import { UpdateBotDto } from './dto/update-bot.dto.js';

@Controller('v1/bots')
@Topic('Bots: their instructions, their model and the sources that they answer from.')
export class BotsController {
  constructor(private readonly bots: BotsService) {}

  @Post()
  @Does('Makes a bot.')
  @Can('create', 'Bot')
  @Answers(201, BotResponse)
  @Fails(BotSlugTaken, UnknownModel, ProviderNotConfigured, RepeatedFallback)
  async create(@CurrentActor() actor: Actor, @Body() body: CreateBotDto): Promise<BotResponse> {
    return BotResponse.from(await this.bots.create(actor, body));
  }

  @Get()
  @Does('Lists the bots, newest first.')
  @Can('read', 'Bot')
  @Answers(200, BotPage)
  async list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<BotPage> {
    const { data, nextCursor } = await this.bots.list(actor, query);
    return { data: data.map((bot) => BotResponse.from(bot)), nextCursor };
  }

  @Get(':botId')
  @Does('Shows a bot.')
  @Can('read', 'Bot')
  @Answers(200, BotResponse)
  @Fails(NotFound)
  async get(@CurrentActor() actor: Actor, @IdParam('botId', 'The bot') id: string): Promise<BotResponse> {
    return BotResponse.from(await this.bots.get(actor, id));
  }

  @Patch(':botId')
  @Does('Changes what the body names; the rest stays.')
  @Can('update', 'Bot')
  @Answers(200, BotResponse)
  @Fails(NotFound, BotSlugTaken, UnknownModel, ProviderNotConfigured, RepeatedFallback)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') id: string,
    @Body() body: UpdateBotDto,
  ): Promise<BotResponse> {
    return BotResponse.from(await this.bots.update(actor, id, body));
  }

  @Delete(':botId')
  @Does('Removes a bot and its conversations. Its sources stay.')
  @Can('delete', 'Bot')
  @Answers(204)
  @Fails(NotFound, BotHeld)
  async remove(@CurrentActor() actor: Actor, @IdParam('botId', 'The bot') id: string): Promise<void> {
    await this.bots.remove(actor, id);
  }

  @Get(':botId/datasources')
  @Does('Lists the sources that the bot answers from, and how it uses them.')
  @Can('read', 'Bot')
  @Answers(200, AttachmentPage)
  @Fails(NotFound)
  async listDatasources(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') id: string,
    @Query() query: PageQuery,
  ): Promise<AttachmentPage> {
    return AttachmentPage.from(await this.bots.listAttachments(actor, id, query));
  }

  @Put(':botId/datasources/:datasourceId')
  @Does('Lets the bot answer from a source, or changes how it does. What the body leaves out stays.')
  @Can('update', 'Bot')
  @ApiBody({ type: AttachDatasourceDto, required: false })
  @Answers(204)
  @Fails(NotFound)
  async attach(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') id: string,
    @IdParam('datasourceId', 'The data source') datasourceId: string,
    @Body() body: AttachDatasourceDto,
  ): Promise<void> {
    await this.bots.attach(actor, id, datasourceId, body);
  }

  @Delete(':botId/datasources/:datasourceId')
  @Does('Takes a source away from the bot.')
  @Can('update', 'Bot')
  @Answers(204)
  @Fails(NotFound)
  async detach(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') id: string,
    @IdParam('datasourceId', 'The data source') datasourceId: string,
  ): Promise<void> {
    await this.bots.detach(actor, id, datasourceId);
  }

  @Post(':botId/search')
  @Does('Shows which passages an answer would be based on, with their scores.')
  @Can('read', 'Bot')
  @Answers(200, SearchResponse)
  @Fails(NotFound, FilterOutdated)
  async search(
    @CurrentActor() actor: Actor,
    @IdParam('botId', 'The bot') id: string,
    @Body() body: SearchBotDto,
    @Query() { explain }: SearchBotQuery,
  ): Promise<SearchResponse> {
    return SearchResponse.from(await this.bots.search(actor, id, body, explain));
  }
}
