import type { PassageLocation } from '#common/text';

/** A passage that is in the database, by what it says. */
export interface StoredChunk {
  readonly id: string;
  readonly contentHash: string;
}

/** A passage ready to be stored. */
export interface IndexedChunk extends StoredChunk {
  readonly position: number;
  readonly headingPath: readonly string[];
  readonly text: string;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly location: PassageLocation | null;
  readonly language: string | null;
  /** A `tsvector` literal. */
  readonly lexemes: string;
  readonly lexemeCount: number;
  /** Stands for its text alone, where other documents of the source may have the same; see `isRepeat`. */
  readonly textHash?: string;
  /** Whether another passage of the source has the same text, so that this one need not be found. */
  readonly isRepeat?: boolean;
  /** Whether the database has it already, with its vectors. */
  readonly kept: boolean;
  /** What is embedded of it: its text with what is needed to understand it. */
  readonly embeddingText: string;
}

/** A vector of a passage. */
export interface ChunkVector {
  readonly chunkId: string;
  readonly vector: Float32Array;
}

/** A passage that lacks a vector of some model. */
export interface UnembeddedChunk {
  readonly id: string;
  readonly embeddingText: string;
}

/** A passage as it is listed. */
export interface ListedChunk {
  readonly id: string;
  readonly position: number;
  readonly headingPath: readonly string[];
  readonly text: string;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly location: PassageLocation | null;
}

/** The beginning of a passage as it is now. */
export interface PassageExcerpt {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}
