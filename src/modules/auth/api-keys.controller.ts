import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Fails, Does, Topic } from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { ApiKeysService } from './api-keys.service.js';
import { KeyAboveMaker } from './auth.errors.js';
import { ApiKeyPage, ApiKeyResponse, NewApiKeyResponse } from './dto/api-key.response.js';
import { CreateApiKeyDto } from './dto/create-api-key.dto.js';

@Controller('v1/api-keys')
@Topic('Keys by which other services call the API.')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Post()
  @Does('Makes a key for another service. The answer is the only place where it is shown.')
  @Can('create', 'ApiKey')
  @Answers(201, NewApiKeyResponse)
  @Fails(KeyAboveMaker)
  async create(@CurrentActor() actor: Actor, @Body() body: CreateApiKeyDto): Promise<NewApiKeyResponse> {
    return NewApiKeyResponse.fromNew(await this.apiKeys.create(actor, body.toDraft()));
  }

  @Get()
  @Does('Lists the keys that were not revoked, newest first.')
  @Can('read', 'ApiKey')
  @Answers(200, ApiKeyPage)
  async list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<ApiKeyPage> {
    const { data, nextCursor } = await this.apiKeys.list(actor, query);
    return { data: data.map((key) => ApiKeyResponse.from(key)), nextCursor };
  }

  @Delete(':apiKeyId')
  @Does('Ends a key at once.')
  @Can('delete', 'ApiKey')
  @Answers(204)
  @Fails(NotFound)
  async revoke(@CurrentActor() actor: Actor, @IdParam('apiKeyId', 'The API key') id: string): Promise<void> {
    await this.apiKeys.revoke(actor, id);
  }
}
