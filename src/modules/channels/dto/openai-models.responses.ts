import { ApiProperty } from '@nestjs/swagger';
import type { Bot } from '#modules/bots';

const OWNER = 'colloquy';

/** A bot as a model. */
export class OpenAiModelResponse {
  @ApiProperty({ type: 'string', example: 'help-desk', description: 'The slug of the bot.' })
  readonly id!: string;

  @ApiProperty({ type: 'string', enum: ['model'] })
  readonly object!: 'model';

  @ApiProperty({ type: 'integer', example: 1_767_225_600, description: 'When the bot was made, in seconds.' })
  readonly created!: number;

  @ApiProperty({ type: 'string', example: OWNER })
  readonly owned_by!: string;

  @ApiProperty({ type: 'string', example: 'Help desk', description: 'The name of the bot.' })
  readonly name!: string;

  @ApiProperty({ type: 'string', format: 'uuid', description: 'The id of the bot, which never changes.' })
  readonly bot_id!: string;

  static from({ id, slug, name, createdAt }: Bot): OpenAiModelResponse {
    const created = Math.floor(createdAt.getTime() / 1_000);
    return { id: slug, object: 'model', created, owned_by: OWNER, name, bot_id: id };
  }
}

export class OpenAiModelList {
  @ApiProperty({ type: 'string', enum: ['list'] })
  readonly object!: 'list';

  @ApiProperty({ type: () => OpenAiModelResponse, isArray: true })
  readonly data!: OpenAiModelResponse[];

  static from(bots: readonly Bot[]): OpenAiModelList {
    return { object: 'list', data: bots.map((bot) => OpenAiModelResponse.from(bot)) };
  }
}
