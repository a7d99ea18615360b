import { IntegerField, TextField } from '#common/validation';

export class SearchBotDto {
  @TextField({ max: 4_000, example: 'How long is the warranty?' })
  readonly query!: string;

  @IntegerField({ optional: true, min: 1, max: 50, example: 5, description: 'How many passages at most.' })
  readonly topK?: number;
}
