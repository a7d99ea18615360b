import { ApiProperty } from '@nestjs/swagger';
import { ANALYSIS_LANGUAGES, type AnalysisLanguage } from '#common/text';
import type { Reranking, SearchExplanation, SearchOutcome } from '#modules/datasources';
import { SEARCH_OUTCOMES } from '../bots.types.js';

export class RankedScoreResponse {
  @ApiProperty({ type: 'number', example: 0.74 })
  readonly score!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    nullable: true,
    example: 1,
    description: 'Its place among all passages that were compared; null where there is nothing to compare.',
  })
  readonly rank!: number | null;
}

export class DuplicateResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly chunkId!: string;

  @ApiProperty({
    type: 'number',
    minimum: 0,
    maximum: 1,
    example: 0.93,
    description: 'How much of both passages is the same.',
  })
  readonly similarity!: number;
}

export class PassageExplanationResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly chunkId!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly datasourceId!: string;

  @ApiProperty({ type: 'string', example: 'Help for customers' })
  readonly title!: string;

  @ApiProperty({ type: () => RankedScoreResponse, description: 'By words: BM25.' })
  readonly lexical!: RankedScoreResponse;

  @ApiProperty({ type: () => RankedScoreResponse, description: 'By meaning: cosine.' })
  readonly vector!: RankedScoreResponse;

  @ApiProperty({ type: () => RankedScoreResponse, description: 'Words and meaning together.' })
  readonly fused!: RankedScoreResponse;

  @ApiProperty({ type: 'number', example: 1, description: 'Of its source.' })
  readonly weight!: number;

  @ApiProperty({ type: () => RankedScoreResponse, description: 'Fused score times weight, at most 1.' })
  readonly weighted!: RankedScoreResponse;

  @ApiProperty({
    type: () => RankedScoreResponse,
    nullable: true,
    description: 'What the reranker says, on a scale of its own; null of passages that it was not given.',
  })
  readonly reranked!: RankedScoreResponse | null;

  @ApiProperty({ type: 'string', enum: [...SEARCH_OUTCOMES], enumName: 'SearchOutcome', example: 'returned' })
  readonly outcome!: SearchOutcome;

  @ApiProperty({
    type: () => DuplicateResponse,
    required: false,
    description: 'The better passage that it repeats almost word for word.',
  })
  readonly duplicateOf?: DuplicateResponse;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'uuid' },
    description: 'The passages around it that were given along.',
  })
  readonly neighbours!: readonly string[];
}

export class SearchedCorpusResponse {
  @ApiProperty({ type: 'integer', example: 650, description: 'Passages that could be found.' })
  readonly passages!: number;

  @ApiProperty({ type: 'number', example: 61.5, description: 'Terms of a passage, on average.' })
  readonly meanTerms!: number;

  @ApiProperty({
    isArray: true,
    enum: [...ANALYSIS_LANGUAGES],
    enumName: 'AnalysisLanguage',
    example: ['en', 'de'],
    description: 'In which the question was read.',
  })
  readonly languages!: readonly AnalysisLanguage[];

  @ApiProperty({ type: 'boolean', description: 'Whether a filter narrowed it.' })
  readonly isFiltered!: boolean;
}

export class SearchedTermResponse {
  @ApiProperty({ type: 'string', example: 'warranti' })
  readonly term!: string;

  @ApiProperty({ type: 'integer', example: 12, description: 'How many passages hold it.' })
  readonly passages!: number;
}

export class SupportResponse {
  @ApiProperty({
    type: 'number',
    minimum: 0,
    maximum: 1,
    example: 0.62,
    description: 'How much of what is asked the passages hold.',
  })
  readonly value!: number;

  @ApiProperty({
    type: 'number',
    example: 0.355,
    description: 'From here on the question counts as answered.',
  })
  readonly threshold!: number;

  @ApiProperty({ type: 'boolean' })
  readonly isSupported!: boolean;
}

export class RerankingResponse implements Reranking {
  @ApiProperty({ type: 'string', example: 'openai-compatible/bge-reranker-v2-m3' })
  readonly model!: string;

  @ApiProperty({ type: 'boolean', description: 'Whether the passages are in its order.' })
  readonly isApplied!: boolean;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'provider_timeout',
    description:
      'The code of what kept it from answering; the passages then stay in the order of their scores.',
  })
  readonly failure!: string | null;
}

export class SearchExplanationResponse {
  @ApiProperty({ type: () => SearchedCorpusResponse })
  readonly corpus!: SearchedCorpusResponse;

  @ApiProperty({ type: () => SearchedTermResponse, isArray: true, description: 'The words of the question.' })
  readonly terms!: readonly SearchedTermResponse[];

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'local/use-lite-words@1',
    description: 'Whose vectors were compared; null where words decided alone.',
  })
  readonly embeddingModel!: string | null;

  @ApiProperty({
    type: () => RerankingResponse,
    nullable: true,
    description: 'Null where the bot has no reranker.',
  })
  readonly reranking!: RerankingResponse | null;

  @ApiProperty({
    type: () => PassageExplanationResponse,
    isArray: true,
    description: 'All that were compared exactly, best first.',
  })
  readonly passages!: readonly PassageExplanationResponse[];

  @ApiProperty({ type: () => SupportResponse })
  readonly support!: SupportResponse;

  static from(explanation: SearchExplanation): SearchExplanationResponse {
    return explanation;
  }
}
