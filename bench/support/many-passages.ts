import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { newId } from '../../src/common/database/index.js';

const DIMENSIONS = 256;
/** Passages about one thing lie near each other, as those of a real corpus do. */
const PASSAGES_A_SUBJECT = 100;
const PASSAGES_A_DOCUMENT = 50;
const DOCUMENTS_A_SOURCE = 200;
const SUBJECTS_OF_A_LARGER = 50;
const SPREAD = 0.7;
/**
 * Embeddings differ in far fewer ways than they have numbers: these many traits, each a direction of its own. Vectors that
 * differed in every number would be as far from each other as from anything else.
 */
const TRAITS = 32;
const WORDS_A_PASSAGE = 60;
const WORDS_OF_A_SUBJECT = 30;
const VOCABULARY = 50_000;
const ROWS_A_CHUNK = 500;

/** A question about one of the passages: words that it holds, and a vector near its own. */
export interface SyntheticQuestion {
  readonly text: string;
  readonly vector: Float32Array;
}

/** Texts and vectors that nobody wrote: subjects, each with words and a direction of its own, and noise around them. */
export class ManyPassages {
  constructor(
    private readonly count: number,
    private readonly model: string,
  ) {}

  readonly dimensions = DIMENSIONS;
  #last?: { readonly subject: number; readonly middle: Float32Array };

  get sources(): number {
    return Math.ceil(this.count / (PASSAGES_A_DOCUMENT * DOCUMENTS_A_SOURCE));
  }

  /** Writes the passages into sources of the workspace. @returns the ids of the sources. */
  async write(client: pg.Client, workspaceId: string): Promise<string[]> {
    const sources = Array.from({ length: this.sources }, () => newId());
    const documents = Array.from({ length: Math.ceil(this.count / PASSAGES_A_DOCUMENT) }, () => newId());
    const sourceOf = (document: number): string => sources[Math.floor(document / DOCUMENTS_A_SOURCE)] ?? '';
    await client.query(
      `insert into datasources (id, workspace_id, type, name, url, created_at, updated_at)
       select value::uuid, $1, 'url', 'Bench', 'https://bench.example/', now(), now() from jsonb_array_elements_text($2)`,
      [workspaceId, JSON.stringify(sources)],
    );
    const places = documents.map((id, index) => ({ id, source: sourceOf(index), number: index }));
    await client.query(
      `insert into documents (id, workspace_id, datasource_id, url, title, language, markdown, content_hash, bytes,
         fetched_at, created_at, updated_at)
       select id, $1, source, 'https://bench.example/' || number, 'Page ' || number, case number % 5 when 0 then 'de' else 'en' end,
         '', '', 0, now(), now(), now()
       from jsonb_to_recordset($2) as r(id uuid, source uuid, number int)`,
      [workspaceId, JSON.stringify(places)],
    );
    const ids = Array.from({ length: this.count }, () => newId());
    const place = (index: number): string => documents[Math.floor(index / PASSAGES_A_DOCUMENT)] ?? '';
    const source = (index: number): string => sourceOf(Math.floor(index / PASSAGES_A_DOCUMENT));
    await client.query('drop index chunks_lexemes');
    await this.#copy(
      client,
      `chunks (id, workspace_id, datasource_id, document_id, position, text, start_offset, end_offset, content_hash,
         language, lexemes, lexeme_count, created_at)`,
      (index) => {
        const words = this.wordsOf(index);
        const language = Math.floor(index / PASSAGES_A_DOCUMENT) % 5 === 0 ? 'de' : 'en';
        return [
          ...[
            ids[index],
            workspaceId,
            source(index),
            place(index),
            index % PASSAGES_A_DOCUMENT,
            words.join(' '),
          ],
          ...[0, 0, '', language, lexemesOf(words, language), words.length, '2026-01-01'],
        ];
      },
    );
    await this.#copy(
      client,
      'chunk_embeddings (chunk_id, workspace_id, datasource_id, model, embedding)',
      (index) => [ids[index], workspaceId, source(index), this.model, literal(this.vectorOf(index))],
    );
    await client.query(`set maintenance_work_mem = '512MB'`);
    await client.query('create index chunks_lexemes on chunks using gin (lexemes)');
    await client.query(
      `update documents d set chunk_count = c.passages, lexeme_count = c.terms
       from (select document_id, count(*) as passages, sum(lexeme_count) as terms from chunks group by 1) c
       where c.document_id = d.id`,
    );
    await client.query('vacuum analyze');
    return sources;
  }

  /** Questions about passages that are spread over all of them. */
  questions(count: number): SyntheticQuestion[] {
    return Array.from({ length: count }, (_, number) => {
      const index = Math.floor(((number + 0.5) * this.count) / count);
      const words = this.wordsOf(index);
      const random = mulberry32(900_000_001 + index);
      const own = subjectWords(subjectOf(index));
      const picked = [own, own, own, words, words, words].map(
        (from) => from[Math.floor(random() * from.length)],
      );
      return { text: picked.join(' '), vector: unit(near(this.vectorOf(index), random, 0.2)) };
    });
  }

  /** Common words as often as in any language, and words of the subject. */
  wordsOf(index: number): string[] {
    const random = mulberry32(1_000 + index);
    const own = subjectWords(subjectOf(index));
    return Array.from({ length: WORDS_A_PASSAGE }, () =>
      random() < 0.3 ? (own[Math.floor(random() * own.length)] ?? '') : word(zipf(random())),
    );
  }

  vectorOf(index: number): Float32Array {
    const random = mulberry32(500_000_000 + index);
    return projected(spread(this.#middleOf(subjectOf(index)), random, SPREAD), random);
  }

  /** Subjects are kinds of larger ones. Passages of one subject follow each other, so that the last one is kept. */
  #middleOf(subject: number): Float32Array {
    if (this.#last?.subject !== subject) {
      const random = mulberry32(31 + Math.floor(subject / SUBJECTS_OF_A_LARGER));
      const large = Float32Array.from({ length: TRAITS }, () => SPREAD * gaussian(random));
      this.#last = { subject, middle: spread(large, mulberry32(1_031 + subject), SPREAD) };
    }
    return this.#last.middle;
  }

  async #copy(
    client: pg.Client,
    target: string,
    rowOf: (index: number) => readonly unknown[],
  ): Promise<void> {
    const count = this.count;
    function* chunks(): Generator<string> {
      for (let start = 0; start < count; start += ROWS_A_CHUNK) {
        let rows = '';
        for (let index = start; index < Math.min(count, start + ROWS_A_CHUNK); index += 1) {
          rows += `${rowOf(index).map(String).join('\t')}\n`;
        }
        yield rows;
      }
    }
    await pipeline(Readable.from(chunks()), client.query(copyFrom(`copy ${target} from stdin`)));
  }
}

const DIRECTIONS = Array.from({ length: TRAITS }, (_, trait) => {
  const random = mulberry32(17 + trait);
  return Float32Array.from({ length: DIMENSIONS }, () => gaussian(random) / Math.sqrt(DIMENSIONS));
});

const subjectOf = (index: number): number => Math.floor(index / PASSAGES_A_SUBJECT);

function subjectWords(subject: number): string[] {
  const random = mulberry32(77_000_000 + subject);
  return Array.from({ length: WORDS_OF_A_SUBJECT }, () =>
    word(200 + Math.floor(random() * (VOCABULARY - 200))),
  );
}

/** Letters only, as few as will do: no stemmer changes it. */
function word(rank: number): string {
  return `z${rank.toString(5).replaceAll(/\d/g, (digit) => 'bdfkm'[Number(digit)] ?? '')}k`;
}

/** A rank, the first ones by far the likeliest. */
function zipf(random: number): number {
  return Math.min(VOCABULARY - 1, Math.floor(Math.exp(random * Math.log(VOCABULARY))) - 1);
}

function lexemesOf(words: readonly string[], language: string): string {
  const positions = new Map<string, number[]>();
  words.forEach((each, index) => positions.set(each, [...(positions.get(each) ?? []), index + 1]));
  const prefix = language === 'en' ? '' : `${language}:`;
  return [...positions].map(([term, at]) => `'${prefix}${term}':${at.join(',')}`).join(' ');
}

/** What lies around another point in the space of traits. */
function spread(centre: Float32Array, random: () => number, by: number): Float32Array {
  return centre.map((value) => value + by * gaussian(random));
}

/** The vector of a text with these traits, and a little that no trait explains. */
function projected(traits: Float32Array, random: () => number): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  traits.forEach((trait, index) => {
    const direction = DIRECTIONS[index];
    for (let at = 0; at < DIMENSIONS; at += 1)
      vector[at] = (vector[at] ?? 0) + trait * (direction?.[at] ?? 0);
  });
  return unit(near(vector, random, 0.15 * Math.sqrt(TRAITS)));
}

/** Another vector so far away. */
function near(centre: Float32Array, random: () => number, distance: number): Float32Array {
  const scale = distance / Math.sqrt(DIMENSIONS);
  return centre.map((value) => value + scale * gaussian(random));
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function literal(vector: Float32Array): string {
  return `[${Array.from(vector, (value) => value.toFixed(5)).join(',')}]`;
}

/** The sum of four uniform numbers is near enough to normal. */
function gaussian(random: () => number): number {
  return (random() + random() + random() + random() - 2) * 1.732;
}

/** A small generator of random numbers with a seed, so that every run has the same passages. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
