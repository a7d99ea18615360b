import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { Forbidden, NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { BulkChangeDto, StartedBulkChangeResponse } from './dto/bulk-change.dto.js';
import { NotePage, NoteResponse, TagListResponse } from './dto/conversation-note.response.js';
import { ConversationResponse } from './dto/conversation.response.js';
import { AddNoteDto, UpdateConversationDto } from './dto/update-conversation.dto.js';
import { BulkChangesService } from './inbox/bulk-changes.service.js';
import { InboxService } from './inbox/inbox.service.js';

@Controller('v1')
@Topic('Working through conversations as a team.')
export class InboxController {
  constructor(
    private readonly inbox: InboxService,
    private readonly bulkChanges: BulkChangesService,
  ) {}

  @Patch('conversations/:conversationId')
  @Does('Changes state, assignee and tags of a conversation.')
  @Can('update', 'Conversation')
  @Answers(200, ConversationResponse)
  @Fails(NotFound)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
    @Body() body: UpdateConversationDto,
  ): Promise<ConversationResponse> {
    const conversation = await this.inbox.update(actor, id, body);
    return ConversationResponse.from(conversation, await this.inbox.marksOf(actor, [conversation]));
  }

  @Post('conversations/bulk')
  @Does('Changes or removes all conversations that a filter finds.')
  @Can('update', 'Conversation')
  @Answers(202, StartedBulkChangeResponse)
  @Fails(Forbidden)
  async changeMany(
    @CurrentActor() actor: Actor,
    @Body() { filter, change }: BulkChangeDto,
  ): Promise<StartedBulkChangeResponse> {
    return StartedBulkChangeResponse.from(await this.bulkChanges.start(actor, filter, change));
  }

  @Post('conversations/:conversationId/read')
  @Does('Notes that you have seen all that was said.')
  @Can('read', 'Conversation')
  @Answers(204)
  @Fails(NotFound)
  async markRead(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
  ): Promise<void> {
    await this.inbox.markRead(actor, id, true);
  }

  @Post('conversations/:conversationId/unread')
  @Does('Notes that you have not seen it yet.')
  @Can('read', 'Conversation')
  @Answers(204)
  @Fails(NotFound)
  async markUnread(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
  ): Promise<void> {
    await this.inbox.markRead(actor, id, false);
  }

  @Get('conversation-tags')
  @Does('Lists the tags that conversations carry, the most used first, 1,000 at most.')
  @Can('update', 'Conversation')
  @Answers(200, TagListResponse)
  async listTags(@CurrentActor() actor: Actor): Promise<TagListResponse> {
    return { data: await this.inbox.listTags(actor) };
  }

  @Get('conversations/:conversationId/notes')
  @Does('Lists what the team noted, the oldest first.')
  @Can('update', 'Conversation')
  @Answers(200, NotePage)
  @Fails(NotFound)
  async listNotes(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
    @Query() query: PageQuery,
  ): Promise<NotePage> {
    const { data, nextCursor } = await this.inbox.listNotes(actor, id, query);
    return { data: data.map((note) => NoteResponse.from(note)), nextCursor };
  }

  @Post('conversations/:conversationId/notes')
  @Does('Notes something about a conversation, for the team only.')
  @Can('update', 'Conversation')
  @Answers(201, NoteResponse)
  @Fails(NotFound)
  async addNote(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
    @Body() { content }: AddNoteDto,
  ): Promise<NoteResponse> {
    return NoteResponse.from(await this.inbox.addNote(actor, id, content));
  }

  @Delete('conversations/:conversationId/notes/:noteId')
  @Does('Removes a note.')
  @Can('update', 'Conversation')
  @Answers(204)
  @Fails(NotFound)
  async removeNote(
    @CurrentActor() actor: Actor,
    @IdParam('conversationId', 'The conversation') id: string,
    @IdParam('noteId', 'The note') noteId: string,
  ): Promise<void> {
    await this.inbox.removeNote(actor, id, noteId);
  }
}
