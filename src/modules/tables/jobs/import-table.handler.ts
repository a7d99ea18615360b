import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { ImportRun } from '../imports/import-run.js';
import { importTable } from './import-table.job.js';

@Handles(importTable)
export class ImportTableHandler implements JobHandler<{ importId: string }> {
  constructor(private readonly imports: ImportRun) {}

  run({ importId }: { importId: string }, context: JobContext): Promise<object> {
    return this.imports.execute(importId, context);
  }
}
