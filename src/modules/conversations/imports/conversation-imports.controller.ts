import { Controller, Get, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, ByteBody, Does, Fails, TakesBytes, Topic } from '#common/http';
import { FileTooLarge } from '#common/storage';
import { IdParam } from '#common/validation';
import { BotKeepsNothing, TooManyConversationImports } from './conversation-imports.errors.js';
import { ConversationImportsService } from './conversation-imports.service.js';
import { ConversationImportResponse } from './dto/conversation-import.response.js';
import { ImportConversationsQuery } from './dto/import-conversations.query.js';

@Controller('v1')
@Topic('Bringing conversations along from elsewhere.')
export class ConversationImportsController {
  constructor(private readonly imports: ConversationImportsService) {}

  @Post('imports/conversations')
  @Does(
    'Reads conversations from a file of up to 1 GB into a bot.',
    'A job writes each conversation once, with ids of its own and the times at which things were said, however often it is interrupted or the file is sent. Lines that are wrong are left out and told of. What is kept is as the privacy of the bot says.',
  )
  @Can('import', 'Conversation')
  @TakesBytes('The file as it is, or gzipped.')
  @Answers(202, ConversationImportResponse)
  @Fails(NotFound, BotKeepsNothing, TooManyConversationImports, FileTooLarge)
  async start(
    @CurrentActor() actor: Actor,
    @Query() query: ImportConversationsQuery,
    @ByteBody() bytes: AsyncIterable<Buffer>,
  ): Promise<ConversationImportResponse> {
    return ConversationImportResponse.from(await this.imports.start(actor, query, bytes));
  }

  @Get('conversation-imports/:conversationImportId')
  @Does('Shows how far an import is, and what it did not take.')
  @Can('import', 'Conversation')
  @Answers(200, ConversationImportResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('conversationImportId', 'The import') id: string,
  ): Promise<ConversationImportResponse> {
    return ConversationImportResponse.from(await this.imports.get(actor, id));
  }
}
