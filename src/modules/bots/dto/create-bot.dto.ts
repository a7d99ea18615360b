import { ChoiceListField, ObjectField, TextField, TextListField } from '#common/validation';
import { BOT_TOOLS, type BotDraft, type BotTool } from '../bots.types.js';
import { MAX_SLUG_CHARACTERS, SLUG } from '../slug.js';
import { BotModelDto } from './bot-model.dto.js';
import { BotRetrievalDto } from './bot-retrieval.dto.js';

export class CreateBotDto implements BotDraft {
  @TextField({ max: 120, example: 'Help desk' })
  readonly name!: string;

  @TextField({
    ...{ optional: true, max: MAX_SLUG_CHARACTERS, pattern: SLUG, example: 'help-desk' },
    description:
      'What clients of OpenAI call the bot. Unique in the workspace; made from the name where it is left out, and kept when the name changes.',
  })
  readonly slug?: string;

  @TextField({ optional: true, min: 0, max: 20_000, example: 'Answer briefly and in a friendly tone.' })
  readonly instructions?: string;

  @ObjectField(() => BotModelDto, {
    optional: true,
    description: 'By default `local`/`extractive`, which needs no key.',
  })
  readonly model?: BotModelDto;

  @TextField({ optional: true, nullable: true, max: 2_000, example: 'Hello! What would you like to know?' })
  readonly greeting?: string | null;

  @TextListField({ optional: true, max: 300, maxItems: 10, example: ['How long is the warranty?'] })
  readonly suggestedQuestions?: string[];

  @ObjectField(() => BotRetrievalDto, { optional: true })
  readonly retrieval?: BotRetrievalDto;

  @ChoiceListField(BOT_TOOLS, {
    name: 'BotTool',
    optional: true,
    example: ['search_sources'],
    description:
      'What the model may do beside answering. `search_sources`: look into the sources again, with words of its own. The built-in model uses no tools.',
  })
  readonly tools?: BotTool[];
}
