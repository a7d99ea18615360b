import { ChoiceField, IdField, IntegerField, TextField } from '#common/validation';
import { EMBEDDING_PROVIDERS, type EmbeddingWish, MOST_DIMENSIONS } from '../embedding-choice.types.js';

const LEAST_DIMENSIONS = 8;

export class ChooseEmbeddingsDto {
  @ChoiceField(EMBEDDING_PROVIDERS, { name: 'EmbeddingProvider', example: 'local' })
  readonly provider!: string;

  @TextField({ max: 200, example: 'use-lite-words' })
  readonly model!: string;

  @IdField({
    optional: true,
    description:
      "By default the first of the workspace's credentials for the provider, or else the installation's account.",
  })
  readonly credentialId?: string;

  @IntegerField({
    optional: true,
    min: LEAST_DIMENSIONS,
    max: MOST_DIMENSIONS,
    description:
      'Length of the vectors, for models that can be asked for shorter ones; by default their own.',
  })
  readonly dimensions?: number;

  toWish(): EmbeddingWish {
    const { provider, model: name, credentialId, dimensions } = this;
    return { provider, name, credentialId, dimensions };
  }
}
