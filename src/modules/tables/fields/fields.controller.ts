import { Body, Controller, Delete, Patch, Post } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, Does, Fails, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { ConvertFieldDto } from '../dto/convert-field.dto.js';
import { CreateFieldDto } from '../dto/create-field.dto.js';
import { FieldConversionResponse } from '../dto/field-conversion.response.js';
import { FieldResponse } from '../dto/table.response.js';
import { UpdateFieldDto } from '../dto/update-field.dto.js';
import { FieldInUse, FieldKeyTaken, TableBusy, TableLimitReached } from '../tables.errors.js';
import { FieldsService } from './fields.service.js';

@Controller('v1/tables/:tableId/fields')
@Topic('Fields of hosted tables: which values records have.')
export class FieldsController {
  constructor(private readonly fields: FieldsService) {}

  @Post()
  @Does('Adds a field. Records that are there get its default.')
  @Can('update', 'Table')
  @Answers(201, FieldResponse)
  @Fails(NotFound, FieldKeyTaken, FieldInUse, TableLimitReached, TableBusy)
  async add(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @Body() body: CreateFieldDto,
  ): Promise<FieldResponse> {
    return FieldResponse.from(await this.fields.add(actor, tableId, body));
  }

  @Patch(':fieldId')
  @Does('Changes what the body names; the rest, and every value, stays.')
  @Can('update', 'Table')
  @Answers(200, FieldResponse)
  @Fails(NotFound, FieldInUse, TableBusy)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @IdParam('fieldId', 'The field') id: string,
    @Body() body: UpdateFieldDto,
  ): Promise<FieldResponse> {
    return FieldResponse.from(await this.fields.update(actor, tableId, id, body));
  }

  @Delete(':fieldId')
  @Does('Removes a field with its values.')
  @Can('update', 'Table')
  @Answers(204)
  @Fails(NotFound, TableBusy)
  async remove(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @IdParam('fieldId', 'The field') id: string,
  ): Promise<void> {
    await this.fields.remove(actor, tableId, id);
  }

  @Post(':fieldId/convert')
  @Does(
    'Gives a field another type, by a job.',
    'Nothing changes unless every value converts, or `emptyMisfits` allows those that do not to be lost. The job fails with `tables.values_do_not_convert` otherwise; `dryRun` tells which they are.',
  )
  @Can('update', 'Table')
  @Answers(202, FieldConversionResponse)
  @Fails(NotFound)
  async convert(
    @CurrentActor() actor: Actor,
    @IdParam('tableId', 'The table') tableId: string,
    @IdParam('fieldId', 'The field') id: string,
    @Body() body: ConvertFieldDto,
  ): Promise<FieldConversionResponse> {
    return FieldConversionResponse.from(await this.fields.convert(actor, tableId, id, body.toConversion()));
  }
}
