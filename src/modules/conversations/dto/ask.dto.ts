import { TextField } from '#common/validation';

export class AskDto {
  @TextField({ max: 16_000, example: 'How long is the warranty?' })
  readonly content!: string;
}
