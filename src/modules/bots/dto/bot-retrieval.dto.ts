import {
  BooleanField,
  ChoiceField,
  IntegerField,
  NumberField,
  ObjectField,
  TextField,
} from '#common/validation';
import { type BotRetrieval, RERANK_PROVIDERS } from '../bots.types.js';
import { PassageFilterDto } from './passage-filter.dto.js';

export class RerankerDto {
  @ChoiceField(RERANK_PROVIDERS, {
    ...{ name: 'RerankProvider', example: 'openai-compatible' },
    description: 'The workspace needs a credential for it, which names the address of the server.',
  })
  readonly provider!: string;

  @TextField({ max: 200, example: 'bge-reranker-v2-m3' })
  readonly name!: string;
}

export class BotRetrievalDto implements BotRetrieval {
  @IntegerField({
    optional: true,
    min: 1,
    max: 50,
    example: 5,
    description: 'How many passages an answer is based on.',
  })
  readonly topK?: number;

  @NumberField({
    optional: true,
    min: 0,
    max: 1,
    example: 0,
    description: 'Passages that score lower are left out.',
  })
  readonly minScore?: number;

  @IntegerField({
    optional: true,
    min: 0,
    max: 2,
    example: 0,
    description:
      'How many passages before and after each one the model is given along, as long as they are not too much together.',
  })
  readonly neighbours?: number;

  @BooleanField({
    optional: true,
    example: false,
    description:
      'Whether passages stay that repeat better ones almost word for word; by default they are left out.',
  })
  readonly keepDuplicates?: boolean;

  @ObjectField(() => PassageFilterDto, {
    optional: true,
    description: 'Which passages the bot may find, of all of its sources.',
  })
  readonly filter?: PassageFilterDto;

  @ObjectField(() => RerankerDto, {
    optional: true,
    description:
      'A model that reads the best passages together with the question, by `POST /rerank` as Cohere, Jina, vLLM and Text Embeddings Inference have it. When it does not answer within three seconds, their order stays.',
  })
  readonly reranker?: RerankerDto;
}
