import { TextField } from '#common/validation';

export class EraseVisitorDto {
  @TextField({
    max: 200,
    example: 'customer-4711',
    description: 'Who is to be forgotten, as you name your users.',
  })
  readonly externalUserId!: string;
}
