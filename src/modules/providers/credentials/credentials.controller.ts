import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import {
  Answers,
  ClientGone,
  Does,
  Fails,
  OutboundAddressRefused,
  OutboundUrlInvalid,
  Topic,
} from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { ProviderLimitReached } from '../providers.errors.js';
import { CredentialTester } from './credential-tester.js';
import { CredentialIncomplete, CredentialInUse } from './credentials.errors.js';
import { CredentialsService } from './credentials.service.js';
import { CreateCredentialDto } from './dto/create-credential.dto.js';
import { CredentialPage, CredentialResponse, CredentialTrialResponse } from './dto/credential.responses.js';
import { TestCredentialDto } from './dto/test-credential.dto.js';
import { UpdateCredentialDto } from './dto/update-credential.dto.js';

@Controller('v1/provider-credentials')
@Topic('Keys and addresses by which a workspace reaches model providers.')
export class ProviderCredentialsController {
  constructor(
    private readonly credentials: CredentialsService,
    private readonly tester: CredentialTester,
  ) {}

  @Post()
  @Does('Keeps a key for a provider. It is sealed, and never shown again.')
  @Can('create', 'ProviderCredential')
  @Answers(201, CredentialResponse)
  @Fails(CredentialIncomplete, OutboundUrlInvalid, OutboundAddressRefused, ProviderLimitReached)
  async create(@CurrentActor() actor: Actor, @Body() body: CreateCredentialDto): Promise<CredentialResponse> {
    return CredentialResponse.from(await this.credentials.create(actor, body));
  }

  @Get()
  @Does('Lists the credentials, newest first.')
  @Can('read', 'ProviderCredential')
  @Answers(200, CredentialPage)
  async list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<CredentialPage> {
    const { data, nextCursor } = await this.credentials.list(actor, query);
    return { data: data.map((credential) => CredentialResponse.from(credential)), nextCursor };
  }

  @Get(':credentialId')
  @Does('Shows a credential without its secrets.')
  @Can('read', 'ProviderCredential')
  @Answers(200, CredentialResponse)
  @Fails(NotFound)
  async get(
    @CurrentActor() actor: Actor,
    @IdParam('credentialId', 'The credential') id: string,
  ): Promise<CredentialResponse> {
    return CredentialResponse.from(await this.credentials.get(actor, id));
  }

  @Patch(':credentialId')
  @Does('Changes a credential; a new address needs the key again.')
  @Can('update', 'ProviderCredential')
  @Answers(200, CredentialResponse)
  @Fails(NotFound, CredentialIncomplete, OutboundUrlInvalid, OutboundAddressRefused)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('credentialId', 'The credential') id: string,
    @Body() body: UpdateCredentialDto,
  ): Promise<CredentialResponse> {
    return CredentialResponse.from(await this.credentials.update(actor, id, body));
  }

  @Delete(':credentialId')
  @Does('Removes a credential. Bots that depend on it fail until there is another.')
  @Can('delete', 'ProviderCredential')
  @Answers(204)
  @Fails(NotFound, CredentialInUse)
  async remove(
    @CurrentActor() actor: Actor,
    @IdParam('credentialId', 'The credential') id: string,
  ): Promise<void> {
    await this.credentials.remove(actor, id);
  }

  @Post(':credentialId/test')
  @Does('Makes the cheapest real call with a credential, and says in words how it went.')
  @Can('update', 'ProviderCredential')
  @Answers(200, CredentialTrialResponse)
  @Fails(NotFound)
  async test(
    @CurrentActor() actor: Actor,
    @IdParam('credentialId', 'The credential') id: string,
    @Body() { modelName }: TestCredentialDto,
    @ClientGone() gone: AbortSignal,
  ): Promise<CredentialTrialResponse> {
    return CredentialTrialResponse.from(await this.tester.test(actor, id, modelName, gone));
  }
}
