import { ApiProperty } from '@nestjs/swagger';
import { PassageLocation } from '#common/text';
import { pageOf } from '#common/validation';
import type { ListedChunk } from '../chunks.types.js';
import type { Document } from '../entities/document.entity.js';

export class DocumentResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly datasourceId!: string;

  @ApiProperty({
    type: 'string',
    format: 'uri',
    required: false,
    example: 'https://example.com/help',
    description: 'A text or a file has none.',
  })
  readonly url?: string;

  @ApiProperty({
    type: 'string',
    format: 'uri',
    nullable: true,
    example: 'https://example.com/help',
    description: 'Where the page says that it belongs.',
  })
  readonly canonicalUrl!: string | null;

  @ApiProperty({ type: 'string', example: 'Help for customers' })
  readonly title!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'en' })
  readonly language!: string | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 48_213,
    description: 'Size of the page as it was sent, after decompression.',
  })
  readonly bytes!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 12 })
  readonly chunkCount!: number;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When the page was last read.' })
  readonly fetchedAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When its content last changed.' })
  readonly updatedAt!: Date;

  static from(document: Document): DocumentResponse {
    const { id, datasourceId, url, canonicalUrl, title, language, bytes, chunkCount, fetchedAt, updatedAt } =
      document;
    return {
      ...{ id, datasourceId, canonicalUrl, title, language, bytes, chunkCount, fetchedAt, updatedAt },
      ...(url ? { url } : {}),
    };
  }
}

export class DocumentPage extends pageOf(DocumentResponse) {}

export class ChunkResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 0, description: 'Counts from 0 in reading order.' })
  readonly position!: number;

  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    example: ['Help', 'Warranty'],
    description: 'Headings above it, outermost first.',
  })
  readonly headingPath!: readonly string[];

  @ApiProperty({
    type: 'string',
    example: 'The lamp comes with a warranty of 24 months.',
    description: 'Markdown.',
  })
  readonly text!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 120,
    description: 'In UTF-16 code units of the document.',
  })
  readonly startOffset!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 164 })
  readonly endOffset!: number;

  @ApiProperty({
    type: () => PassageLocation,
    required: false,
    description: 'Where in a file it stands: pages, slides or rows.',
  })
  readonly location?: PassageLocation;

  static from({ location, ...chunk }: ListedChunk): ChunkResponse {
    const { id, position, headingPath, text, startOffset, endOffset } = chunk;
    return {
      ...{ id, position, headingPath, text, startOffset, endOffset },
      ...(location ? { location } : {}),
    };
  }
}

export class ChunkPage extends pageOf(ChunkResponse) {}
