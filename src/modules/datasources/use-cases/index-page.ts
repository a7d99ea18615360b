import { createHash } from 'node:crypto';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { newId } from '#common/database';
import type { IndexedChunk, StoredChunk } from '../chunks.types.js';
import type { ExtractedPage } from '../ports/page-extractor.port.js';
import { type TextChunk, TextSplitter } from '../ports/text-splitter.port.js';
import { locationOf } from '../location-of.js';
import { embeddingTextOf, INDEX_VERSION, lexemesOf } from '../retrieval/lexical-index.js';

/** A passage takes a third of a millisecond. */
const CHUNKS_A_TURN = 16;

/** Stands for what a page says; the same hash means that nothing has to be done. */
export function contentHashOf({ title, language, markdown, places }: ExtractedPage): string {
  return hashOf([INDEX_VERSION, title, language ?? '', markdown, ...(places ? [places] : [])]);
}

function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Cuts a page into passages and prepares each for the search, keeping those that the database has already. */
@Injectable()
export class IndexPage {
  constructor(private readonly splitter: TextSplitter) {}

  async execute(page: ExtractedPage, stored: readonly StoredChunk[]): Promise<IndexedChunk[]> {
    const free = Map.groupBy(stored, (chunk) => chunk.contentHash);
    const chunks = page.passages ?? (await this.splitter.split(page.markdown));
    const indexed: IndexedChunk[] = [];
    for (const [index, chunk] of chunks.entries()) {
      if (index > 0 && index % CHUNKS_A_TURN === 0) await letOthersRun();
      indexed.push(this.#index(page, chunk, free));
    }
    return indexed;
  }

  #index(page: ExtractedPage, chunk: TextChunk, free: Map<string, StoredChunk[]>): IndexedChunk {
    const { position, headingPath, text, startOffset, endOffset, context } = chunk;
    const { title, language } = page;
    const contentHash = hashOf([INDEX_VERSION, title, language ?? '', headingPath, context ?? '', text]);
    const twin = free.get(contentHash)?.shift();
    const passage = { title, headingPath, text: context ? `${context}\n${text}` : text, language };
    const lexemes = lexemesOf(passage);
    return {
      ...{ position, headingPath, text, startOffset, endOffset, contentHash },
      location: locationOf(page.places ?? [], startOffset, endOffset),
      id: twin?.id ?? newId(),
      kept: twin !== undefined,
      language: language ?? null,
      lexemes: lexemes.tsvector,
      lexemeCount: lexemes.count,
      embeddingText: embeddingTextOf(passage),
    };
  }
}
