import { Injectable } from '@nestjs/common';
import { languageOfText } from '../adapters/shared/text-language.js';
import type { SourceOrigin } from '../datasources.types.js';
import type { Datasource } from '../entities/datasource.entity.js';
import type { TextChunk } from '../ports/text-splitter.port.js';
import { QaItemsRepository } from '../qa/qa-items.repository.js';
import type { QaPair } from '../qa/qa.types.js';
import { type ReadRequest, SourceReader, type SourceReading } from './source-reader.js';

/** Prints the questions and answers of a source as one document, in which each answer is a passage under its question. */
@Injectable()
export class QaReader extends SourceReader {
  readonly type = 'qa';
  readonly fields = [] as const;
  override readonly optionalFields = ['items'] as const;

  constructor(private readonly items: QaItemsRepository) {
    super();
  }

  checked(): SourceOrigin {
    return {};
  }

  nameOf(): string {
    return 'Questions and answers';
  }

  async read({ id, workspaceId, name }: Datasource, { onFetched }: ReadRequest): Promise<SourceReading> {
    const pairs = await this.items.listPairs(workspaceId, id);
    onFetched();
    const { markdown, passages } = printed(pairs);
    const language = languageOfText(markdown);
    const page = { title: name, markdown, passages, ...(language ? { language } : {}) };
    return { page, version: { bytes: Buffer.byteLength(markdown) } };
  }
}

function printed(pairs: readonly QaPair[]): { markdown: string; passages: TextChunk[] } {
  let markdown = '';
  const passages: TextChunk[] = [];
  for (const [position, { question, answer }] of pairs.entries()) {
    const heading = question.replace(/\s+/g, ' ').trim();
    const text = answer.trim();
    markdown += `## ${heading}\n\n`;
    const startOffset = markdown.length;
    markdown += `${text}\n\n`;
    passages.push({
      position,
      headingPath: [heading],
      text,
      startOffset,
      endOffset: startOffset + text.length,
    });
  }
  return { markdown, passages };
}
