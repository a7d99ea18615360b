import { ApiProperty } from '@nestjs/swagger';
import { type JobRef, JobRefResponse } from '#common/jobs';

export class FieldConversionResponse {
  @ApiProperty({
    type: () => JobRefResponse,
    description:
      'Its result tells what became of the values. It fails with `tables.values_do_not_convert` when some would be lost.',
  })
  readonly job!: JobRefResponse;

  static from(job: JobRef): FieldConversionResponse {
    return { job: { id: job.id, state: job.state } };
  }
}
