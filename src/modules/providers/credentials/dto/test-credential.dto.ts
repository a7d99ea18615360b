import { TextField } from '#common/validation';

export class TestCredentialDto {
  @TextField({
    optional: true,
    max: 200,
    example: 'gpt-5.4-nano',
    description: "By default the provider's usual small model.",
  })
  readonly modelName?: string;
}
