import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam, PageQuery } from '#common/validation';
import { CreateFormDto, UpdateFormDto } from '../dto/form.dtos.js';
import { FormPage, FormResponse } from '../dto/form.response.js';
import { FormSlugTaken } from './forms.errors.js';
import { FormsService } from './forms.service.js';

@Controller('v1/forms')
@Topic('Public forms, by which anybody adds records to a hosted table.')
export class FormsController {
  constructor(private readonly forms: FormsService) {}

  @Post()
  @Does(
    'Makes a public form over some fields of a table.',
    'It is a page at `path` that works without scripts and cookies. A POST to that path takes what the page sends, and JSON with values by the keys of fields.',
  )
  @Can('create', 'Form')
  @Answers(201, FormResponse)
  @Fails(NotFound, FormSlugTaken)
  async create(@CurrentActor() actor: Actor, @Body() body: CreateFormDto): Promise<FormResponse> {
    return FormResponse.from(await this.forms.create(actor, body));
  }

  @Get()
  @Does('Lists the forms, newest first.')
  @Can('read', 'Form')
  @Answers(200, FormPage)
  async list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<FormPage> {
    const { data, nextCursor } = await this.forms.list(actor, query);
    return { data: data.map((form) => FormResponse.from(form)), nextCursor };
  }

  @Get(':formId')
  @Does('Shows a form.')
  @Can('read', 'Form')
  @Answers(200, FormResponse)
  @Fails(NotFound)
  async get(@CurrentActor() actor: Actor, @IdParam('formId', 'The form') id: string): Promise<FormResponse> {
    return FormResponse.from(await this.forms.get(actor, id));
  }

  @Patch(':formId')
  @Does('Changes what the body names; the rest stays.')
  @Can('update', 'Form')
  @Answers(200, FormResponse)
  @Fails(NotFound, FormSlugTaken)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('formId', 'The form') id: string,
    @Body() body: UpdateFormDto,
  ): Promise<FormResponse> {
    return FormResponse.from(await this.forms.update(actor, id, body));
  }

  @Delete(':formId')
  @Does('Removes a form. The records that came by it stay.')
  @Can('delete', 'Form')
  @Answers(204)
  @Fails(NotFound)
  async remove(@CurrentActor() actor: Actor, @IdParam('formId', 'The form') id: string): Promise<void> {
    await this.forms.remove(actor, id);
  }
}
