import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QuestionSet } from '../../src/modules/insights/topic-set.types.js';

/** Questions with their embeddings, one behind the other. */
export class EmbeddedQuestions {
  constructor(
    readonly texts: readonly string[],
    readonly vectors: Float32Array,
  ) {}

  static of(texts: readonly string[], all: readonly Float32Array[]): EmbeddedQuestions {
    const dimensions = all[0]?.length ?? 1;
    const vectors = new Float32Array(all.length * dimensions);
    all.forEach((vector, index) => {
      vectors.set(vector, index * dimensions);
    });
    return new EmbeddedQuestions(texts, vectors);
  }

  static read(folder: string, name: string): EmbeddedQuestions {
    const texts = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as string[];
    const { buffer, byteOffset, byteLength } = readFileSync(join(folder, `${name}.vectors`));
    return new EmbeddedQuestions(texts, new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength)));
  }

  write(folder: string, name: string): void {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(this.texts));
    writeFileSync(join(folder, `${name}.vectors`), this.vectors);
  }

  get dimensions(): number {
    return this.vectors.length / Math.max(1, this.texts.length);
  }

  vector(index: number): Float32Array {
    return this.vectors.subarray(index * this.dimensions, (index + 1) * this.dimensions);
  }

  /** Those at the places that are told. */
  only(places: readonly number[]): EmbeddedQuestions {
    return EmbeddedQuestions.of(
      places.map((place) => this.texts[place] ?? ''),
      places.map((place) => this.vector(place)),
    );
  }

  followedBy(more: EmbeddedQuestions): EmbeddedQuestions {
    const vectors = new Float32Array(this.vectors.length + more.vectors.length);
    vectors.set(this.vectors);
    vectors.set(more.vectors, this.vectors.length);
    return new EmbeddedQuestions([...this.texts, ...more.texts], vectors);
  }

  get asSet(): QuestionSet {
    const { texts, vectors, dimensions } = this;
    return {
      ...{ texts: [...texts], vectors, dimensions },
      languages: texts.map(() => 'en'),
      counts: texts.map(() => 1),
    };
  }
}
