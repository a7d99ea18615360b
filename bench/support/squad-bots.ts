import { type EntityManager, MikroORM } from '@mikro-orm/core';
import { embeddedOptions, newId, openPglite, Sql } from '../../src/common/database/index.js';
import { embeddingTextOf, lexemesOf } from '../../src/modules/datasources/retrieval/lexical-index.js';
import { RetrievalRepository } from '../../src/modules/datasources/retrieval/retrieval.repository.js';
import type { SearchResult } from '../../src/modules/datasources/retrieval/search.types.js';
import { LocalEmbeddingModel } from '../../src/modules/providers/adapters/local/local.embedding-model.js';
import type { SquadPassage } from './squad.js';

const BATCH = 50;

/** An embedded database with every passage as a source of its own, and bots that may use some of them. */
export class SquadBots {
  readonly #workspaceId = newId();
  readonly #sourceIds = new Map<string, string>();
  readonly #passageIds = new Map<string, string>();
  readonly #retrieval: RetrievalRepository;
  readonly #sql: Sql;

  private constructor(
    private readonly orm: MikroORM,
    em: EntityManager,
    private readonly embeddings: LocalEmbeddingModel,
  ) {
    this.#sql = new Sql(em);
    this.#retrieval = new RetrievalRepository(this.#sql);
  }

  static async open(passages: readonly SquadPassage[]): Promise<SquadBots> {
    const orm = await MikroORM.init({ ...embeddedOptions(() => openPglite({})), logger: () => undefined });
    await orm.migrator.up();
    const bots = new SquadBots(orm, orm.em.fork(), new LocalEmbeddingModel());
    await bots.#write(`insert into workspaces (id, name, created_at) values (?, 'bench', now())`, [
      bots.#workspaceId,
    ]);
    for (let start = 0; start < passages.length; start += BATCH) {
      await bots.#index(passages.slice(start, start + BATCH));
    }
    return bots;
  }

  /** A bot that answers from these passages alone. */
  async create(passages: readonly SquadPassage[]): Promise<string> {
    const botId = newId();
    await this.#write(
      `insert into bots (id, workspace_id, slug, name, model, retrieval, created_at, updated_at)
       values (?, ?, 'bench-' || gen_random_uuid(), 'bench', '{}', '{}', now(), now())`,
      [botId, this.#workspaceId],
    );
    await this.#write(
      `insert into bot_datasources (workspace_id, bot_id, datasource_id, created_at)
       select ?, ?, value::uuid, now() from jsonb_array_elements_text(?::jsonb)`,
      [this.#workspaceId, botId, JSON.stringify(passages.map(({ id }) => this.#sourceIds.get(id)))],
    );
    return botId;
  }

  /** The whole search as a request makes it, with the embedding of the question. */
  search(botId: string, query: string, { topK = 10, byMeaning = true } = {}): Promise<SearchResult> {
    return this.#retrieval.search({
      ...{ workspaceId: this.#workspaceId, botId, query, topK, minScore: 0 },
      embeddingModelId: this.embeddings.id,
      queryVector: byMeaning ? this.embeddings.embed([query]).then(([vector]) => vector) : undefined,
    });
  }

  /** The id in the data of a passage that was found. */
  passageIdOf(chunkId: string): string | undefined {
    return this.#passageIds.get(chunkId);
  }

  async close(): Promise<void> {
    await this.orm.close(true);
  }

  async #index(passages: readonly SquadPassage[]): Promise<void> {
    const indexed = passages.map(({ title, text }) => ({ title, text, headingPath: [], language: 'en' }));
    const vectors = await this.embeddings.embed(indexed.map(embeddingTextOf));
    const rows = passages.map(({ id, title, text }, index) => {
      const lexemes = lexemesOf(indexed[index] ?? { title, text, headingPath: [] });
      const row = { chunk: newId(), document: newId(), source: newId() };
      this.#sourceIds.set(id, row.source);
      this.#passageIds.set(row.chunk, id);
      const vector = `[${vectors[index]?.join(',') ?? ''}]`;
      return { ...row, title, text, lexemes: lexemes.tsvector, count: lexemes.count, vector };
    });
    await this.#insert(JSON.stringify(rows));
  }

  async #insert(rows: string): Promise<void> {
    const from = `from jsonb_to_recordset(?::jsonb) as r(chunk uuid, document uuid, source uuid, title text,
      text text, lexemes text, count int, vector text)`;
    await this.#write(
      `insert into datasources (id, workspace_id, type, name, url, created_at, updated_at)
       select source, ?, 'url', title, 'https://bench.example/' || source, now(), now() ${from}`,
      [this.#workspaceId, rows],
    );
    await this.#write(
      `insert into documents (id, workspace_id, datasource_id, url, title, language, markdown, content_hash, bytes,
         chunk_count, lexeme_count, fetched_at, created_at, updated_at)
       select document, ?, source, 'https://bench.example/' || source, title, 'en', text, '', length(text),
         1, count, now(), now(), now() ${from}`,
      [this.#workspaceId, rows],
    );
    await this.#write(
      `insert into chunks (id, workspace_id, datasource_id, document_id, position, text, start_offset, end_offset,
         content_hash, language, lexemes, lexeme_count, created_at)
       select chunk, ?, source, document, 0, text, 0, length(text), '', 'en', lexemes::tsvector, count, now() ${from}`,
      [this.#workspaceId, rows],
    );
    await this.#write(
      `insert into chunk_embeddings (chunk_id, workspace_id, datasource_id, model, embedding)
       select chunk, ?, source, ?, vector::vector ${from}`,
      [this.#workspaceId, this.embeddings.id, rows],
    );
  }

  async #write(sql: string, params: readonly unknown[]): Promise<void> {
    await this.#sql.acrossWorkspaces('a database of the bench alone', sql, params);
  }
}
