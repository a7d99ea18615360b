import { ApiProperty } from '@nestjs/swagger';
import { JobRefResponse } from '#common/jobs';
import type { ChangedEmbeddings, EmbeddingsView } from '../embedding-choice.types.js';

const STATUSES = ['ready', 'changing'] as const;
const CHOSEN_BY = ['workspace', 'installation'] as const;

export class EmbeddingsResponse {
  @ApiProperty({ type: 'string', example: 'local' })
  readonly provider!: string;

  @ApiProperty({ type: 'string', example: 'use-lite-words' })
  readonly model!: string;

  @ApiProperty({
    ...{ type: 'string', format: 'uuid', nullable: true },
    description: "Null: the installation's own account, or none where none is needed.",
  })
  readonly credentialId!: string | null;

  @ApiProperty({ type: 'integer', minimum: 1, example: 256, description: 'Length of the vectors.' })
  readonly dimensions!: number;

  @ApiProperty({
    type: 'string',
    enum: [...CHOSEN_BY],
    enumName: 'EmbeddingsChosenBy',
    example: 'installation',
  })
  readonly chosenBy!: (typeof CHOSEN_BY)[number];

  @ApiProperty({
    ...{ type: 'string', enum: [...STATUSES], enumName: 'EmbeddingsStatus', example: 'ready' },
    description: '`changing`: vectors of another model answer until each passage has one of this model.',
  })
  readonly status!: (typeof STATUSES)[number];

  @ApiProperty({
    ...{ type: 'integer', minimum: 0, example: 0 },
    description: 'Passages that have no vector of this model yet.',
  })
  readonly waitingPassages!: number;

  static from(view: EmbeddingsView): EmbeddingsResponse {
    return shown(view);
  }
}

export class ChangedEmbeddingsResponse extends EmbeddingsResponse {
  @ApiProperty({
    ...{ type: () => JobRefResponse, nullable: true },
    description: 'Makes the vectors; follow it at `/v1/jobs/{id}/events`. Null when they are there already.',
  })
  readonly job!: JobRefResponse | null;

  static fromChange({ job, ...view }: ChangedEmbeddings): ChangedEmbeddingsResponse {
    return Object.assign(shown(view), { job: job && { id: job.id, state: job.state } });
  }
}

function shown({ current, isChosen, isServing, waiting }: EmbeddingsView): EmbeddingsResponse {
  const { provider, name: model, credentialId, dimensions } = current;
  return {
    ...{ provider, model, credentialId, dimensions },
    chosenBy: isChosen ? 'workspace' : 'installation',
    status: isServing ? 'ready' : 'changing',
    waitingPassages: waiting,
  };
}
