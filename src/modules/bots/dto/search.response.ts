import { ApiProperty } from '@nestjs/swagger';
import { PassageLocation } from '#common/text';
import type { SearchHit } from '#modules/datasources';

export class SearchHitResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly chunkId!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly documentId!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly datasourceId!: string;

  @ApiProperty({ type: 'string', example: 'Help for customers' })
  readonly title!: string;

  @ApiProperty({ type: 'string', format: 'uri', required: false, example: 'https://example.com/help' })
  readonly url?: string;

  @ApiProperty({
    type: () => PassageLocation,
    required: false,
    description: 'Where in a file it stands: pages, slides or rows.',
  })
  readonly location?: PassageLocation;

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
    description: 'Words and meaning together.',
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

  static from(hit: SearchHit): SearchHitResponse {
    const { chunkId, documentId, datasourceId, title, url, location, text, headingPath } = hit;
    const { score, lexicalScore, vectorScore } = hit;
    return {
      ...{ chunkId, documentId, datasourceId, title, text, headingPath, score, lexicalScore, vectorScore },
      ...(url ? { url } : {}),
      ...(location ? { location } : {}),
    };
  }
}

export class SearchResponse {
  @ApiProperty({ type: () => SearchHitResponse, isArray: true })
  readonly data!: SearchHitResponse[];

  static from(hits: readonly SearchHit[]): SearchResponse {
    return { data: hits.map((hit) => SearchHitResponse.from(hit)) };
  }
}
