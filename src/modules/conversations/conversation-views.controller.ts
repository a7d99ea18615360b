import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { TooManyViews, ViewNameTaken } from './conversations.errors.js';
import { CreateViewDto, UpdateViewDto, ViewPage, ViewResponse } from './dto/conversation-view.dto.js';
import { ConversationPage, ConversationResponse } from './dto/conversation.response.js';
import { InboxService } from './inbox/inbox.service.js';
import { ViewsService } from './inbox/views.service.js';

@Controller('v1/conversation-views')
@Topic('Filters of conversations that a team keeps under names.')
export class ConversationViewsController {
  constructor(
    private readonly views: ViewsService,
    private readonly inbox: InboxService,
  ) {}

  @Post()
  @Does('Keeps a filter under a name, for the whole team.')
  @Can('update', 'Conversation')
  @Answers(201, ViewResponse)
  @Fails(ViewNameTaken, TooManyViews)
  async create(@CurrentActor() actor: Actor, @Body() body: CreateViewDto): Promise<ViewResponse> {
    return ViewResponse.from(await this.views.create(actor, body));
  }

  @Get()
  @Does('Lists views, the oldest first.')
  @Can('update', 'Conversation')
  @Answers(200, ViewPage)
  async list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<ViewPage> {
    const { data, nextCursor } = await this.views.list(actor, query);
    return { data: data.map((view) => ViewResponse.from(view)), nextCursor };
  }

  @Get(':viewId')
  @Does('Shows a view.')
  @Can('update', 'Conversation')
  @Answers(200, ViewResponse)
  @Fails(NotFound)
  async get(@CurrentActor() actor: Actor, @IdParam('viewId', 'The view') id: string): Promise<ViewResponse> {
    return ViewResponse.from(await this.views.get(actor, id));
  }

  @Patch(':viewId')
  @Does('Changes a view.')
  @Can('update', 'Conversation')
  @Answers(200, ViewResponse)
  @Fails(NotFound, ViewNameTaken)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('viewId', 'The view') id: string,
    @Body() body: UpdateViewDto,
  ): Promise<ViewResponse> {
    return ViewResponse.from(await this.views.update(actor, id, body));
  }

  @Delete(':viewId')
  @Does('Removes a view. Conversations stay as they are.')
  @Can('update', 'Conversation')
  @Answers(204)
  @Fails(NotFound)
  async remove(@CurrentActor() actor: Actor, @IdParam('viewId', 'The view') id: string): Promise<void> {
    await this.views.remove(actor, id);
  }

  @Get(':viewId/conversations')
  @Does('Lists the conversations of a view. `unread` and `me` are about you.')
  @Can('update', 'Conversation')
  @Answers(200, ConversationPage)
  @Fails(NotFound)
  async listConversations(
    @CurrentActor() actor: Actor,
    @IdParam('viewId', 'The view') id: string,
    @Query() query: PageQuery,
  ): Promise<ConversationPage> {
    const { data, nextCursor } = await this.views.listConversations(actor, id, query);
    const marks = await this.inbox.marksOf(actor, data);
    return { data: data.map((one) => ConversationResponse.from(one, marks)), nextCursor };
  }
}
