import { ApiProperty } from '@nestjs/swagger';
import { PassageLocation, PassagePlace, placeOf } from '#common/text';
import type { Neighbour, SearchHit, SearchResult } from '#modules/datasources';
import { SearchExplanationResponse } from './search-explanation.response.js';

export class NeighbourResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly chunkId!: string;

  @ApiProperty({
    type: 'integer',
    minimum: -2,
    maximum: 2,
    example: 1,
    description: 'How far after the passage that was found it stands; before it where negative.',
  })
  readonly distance!: number;

  @ApiProperty({ type: 'string', example: 'It begins on the day of the purchase.' })
  readonly text!: string;

  @ApiProperty({ type: () => PassageLocation, required: false })
  readonly location?: PassageLocation;
}

export class SearchHitResponse extends PassagePlace {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly chunkId!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly documentId!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly datasourceId!: string;

  @ApiProperty({ type: 'string', example: 'Help for customers' })
  readonly title!: string;

  @ApiProperty({
    type: 'string',
    example: 'The lamp comes with a warranty of 24 months.',
    description: 'The passage as Markdown.',
  })
  readonly text!: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    example: ['Help', 'Warranty'],
    description: 'The headings above the passage.',
  })
  readonly headingPath!: readonly string[];

  @ApiProperty({
    type: 'number',
    minimum: 0,
    maximum: 1,
    example: 0.81,
    description: 'Words and meaning together, times the weight of the source.',
  })
  readonly score!: number;

  @ApiProperty({
    type: 'number',
    minimum: 0,
    maximum: 1,
    example: 0.74,
    description: 'How much of what the question asks the words hold (BM25).',
  })
  readonly lexicalScore!: number;

  @ApiProperty({
    type: 'number',
    minimum: -1,
    maximum: 1,
    example: 0.63,
    description: 'How near the meanings are (cosine).',
  })
  readonly vectorScore!: number;

  @ApiProperty({
    type: 'number',
    required: false,
    example: 0.98,
    description:
      'What the reranker of the bot says, on a scale of its own, where it put the passages in order.',
  })
  readonly rerankScore?: number;

  @ApiProperty({
    type: () => NeighbourResponse,
    isArray: true,
    required: false,
    description: 'The passages around it, in reading order, where they are asked for.',
  })
  readonly neighbours?: readonly Neighbour[];

  static from(hit: SearchHit): SearchHitResponse {
    const { chunkId, documentId, datasourceId, title, text, headingPath } = hit;
    const { score, lexicalScore, vectorScore, rerankScore, neighbours } = hit;
    return {
      ...{ chunkId, documentId, datasourceId, title, text, headingPath, score, lexicalScore, vectorScore },
      ...placeOf(hit),
      ...(rerankScore === undefined ? {} : { rerankScore }),
      ...(neighbours ? { neighbours } : {}),
    };
  }
}

export class SearchResponse {
  @ApiProperty({ type: () => SearchHitResponse, isArray: true })
  readonly data!: SearchHitResponse[];

  @ApiProperty({
    type: () => SearchExplanationResponse,
    required: false,
    description: 'Where it is asked for by `explain=true`.',
  })
  readonly explanation?: SearchExplanationResponse;

  static from({ hits, explanation }: SearchResult): SearchResponse {
    return {
      data: hits.map((hit) => SearchHitResponse.from(hit)),
      ...(explanation ? { explanation: SearchExplanationResponse.from(explanation) } : {}),
    };
  }
}
