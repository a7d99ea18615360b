import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { ConvertField } from '../use-cases/convert-field.js';
import { convertField } from './convert-field.job.js';

@Handles(convertField)
export class ConvertFieldHandler implements JobHandler<{ tableId: string; fieldId: string }> {
  constructor(private readonly conversion: ConvertField) {}

  run({ tableId, fieldId }: { tableId: string; fieldId: string }, context: JobContext): Promise<object> {
    return this.conversion.execute(tableId, fieldId, context);
  }
}
