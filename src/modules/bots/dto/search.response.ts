import { ApiProperty } from '@nestjs/swagger';
import type { SearchHit } from '#modules/datasources';

export class SearchHitResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly chunkId!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly documentId!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly datasourceId!: string;

  @ApiProperty({ type: 'string' })
  readonly title!: string;

  @ApiProperty({ type: 'string', required: false })
  readonly url?: string;

  @ApiProperty({ type: 'string', description: 'The passage as Markdown.' })
  readonly text!: string;

  @ApiProperty({ type: 'array', items: { type: 'string' }, description: 'The headings above the passage.' })
  readonly headingPath!: readonly string[];

  @ApiProperty({ type: 'number', description: 'Words and meaning together, 0 to 1.' })
  readonly score!: number;

  @ApiProperty({
    type: 'number',
    description: 'How much of what the question asks the words hold (BM25), 0 to 1.',
  })
  readonly lexicalScore!: number;

  @ApiProperty({ type: 'number', description: 'How near the meanings are (cosine).' })
  readonly vectorScore!: number;

  static from(hit: SearchHit): SearchHitResponse {
    const { chunkId, documentId, datasourceId, title, url, text, headingPath } = hit;
    const { score, lexicalScore, vectorScore } = hit;
    return {
      ...{ chunkId, documentId, datasourceId, title, text, headingPath, score, lexicalScore, vectorScore },
      ...(url ? { url } : {}),
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
