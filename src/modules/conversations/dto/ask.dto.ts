import { TextField } from '#common/validation';

const MAX_CHARS = 16_000;

export class AskDto {
  @TextField({ max: MAX_CHARS, example: 'How long is the warranty?' })
  readonly content!: string;
}

export class ReplyDto {
  @TextField({ max: MAX_CHARS, example: 'I have looked it up: yours ends in May.' })
  readonly content!: string;
}
