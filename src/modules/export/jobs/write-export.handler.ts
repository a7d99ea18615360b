import { Handles, type JobContext, type JobHandler } from '#common/jobs';
import { WriteExport } from '../use-cases/write-export.js';
import { writeExport } from './write-export.job.js';

@Handles(writeExport)
export class WriteExportHandler implements JobHandler<{ exportId: string }> {
  constructor(private readonly exports: WriteExport) {}

  run({ exportId }: { exportId: string }, context: JobContext): Promise<object> {
    return this.exports.execute(exportId, context);
  }
}
