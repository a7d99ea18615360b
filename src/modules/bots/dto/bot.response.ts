import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import { BOT_TOOLS, type BotTool } from '../bots.types.js';
import type { Bot } from '../entities/bot.entity.js';
import { BotModelDto } from './bot-model.dto.js';
import { BotRetrievalDto } from './bot-retrieval.dto.js';

export class BotResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'Help desk' })
  readonly name!: string;

  @ApiProperty({ type: 'string', example: 'help-desk', description: 'Unique in the workspace.' })
  readonly slug!: string;

  @ApiProperty({ type: 'string', example: 'Answer briefly and in a friendly tone.' })
  readonly instructions!: string;

  @ApiProperty({ type: () => BotModelDto })
  readonly model!: BotModelDto;

  @ApiProperty({ type: 'string', nullable: true, example: 'Hello! What would you like to know?' })
  readonly greeting!: string | null;

  @ApiProperty({ type: 'array', items: { type: 'string' }, example: ['How long is the warranty?'] })
  readonly suggestedQuestions!: string[];

  @ApiProperty({ type: () => BotRetrievalDto })
  readonly retrieval!: BotRetrievalDto;

  @ApiProperty({ isArray: true, enum: [...BOT_TOOLS], enumName: 'BotTool', example: ['search_sources'] })
  readonly tools!: BotTool[];

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly updatedAt!: Date;

  static from(bot: Bot): BotResponse {
    const {
      id,
      name,
      slug,
      instructions,
      greeting,
      suggestedQuestions,
      retrieval,
      tools,
      createdAt,
      updatedAt,
    } = bot;
    const model = bot.model as BotModelDto;
    return {
      id,
      name,
      slug,
      instructions,
      model,
      greeting,
      suggestedQuestions,
      retrieval,
      tools,
      createdAt,
      updatedAt,
    };
  }
}

export class BotPage extends pageOf(BotResponse) {}
