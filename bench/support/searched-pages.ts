import { MikroORM } from '@mikro-orm/core';
import { embeddedOptions, newId, openPglite, Sql } from '../../src/common/database/index.js';
import type { IndexedChunk } from '../../src/modules/datasources/chunks.types.js';
import type { ExtractedPage } from '../../src/modules/datasources/ports/page-extractor.port.js';
import type { TextSplitter } from '../../src/modules/datasources/ports/text-splitter.port.js';
import { RetrievalRepository } from '../../src/modules/datasources/retrieval/retrieval.repository.js';
import { IndexPage } from '../../src/modules/datasources/use-cases/index-page.js';
import { LocalEmbeddingModel } from '../../src/modules/providers/adapters/local/local.embedding-model.js';

/** An embedded database in which pages are cut and indexed as in a sync, and a bot that answers from all of them. */
export class SearchedPages {
  readonly #workspaceId = newId();
  readonly #botId = newId();
  readonly #embeddings = new LocalEmbeddingModel();
  readonly #pageIds = new Map<string, string>();
  readonly #retrieval: RetrievalRepository;
  readonly #sql: Sql;
  passageCount = 0;

  private constructor(private readonly orm: MikroORM) {
    this.#sql = new Sql(orm.em.fork());
    this.#retrieval = new RetrievalRepository(this.#sql);
  }

  static async open(): Promise<SearchedPages> {
    const orm = await MikroORM.init({ ...embeddedOptions(() => openPglite({})), logger: () => undefined });
    await orm.migrator.up();
    const pages = new SearchedPages(orm);
    await pages.#write(`insert into workspaces (id, name, created_at) values (?, 'bench', now())`, [
      pages.#workspaceId,
    ]);
    await pages.#write(
      `insert into bots (id, workspace_id, slug, name, model, retrieval, created_at, updated_at)
       values (?, ?, 'bench', 'bench', '{}', '{}', now(), now())`,
      [pages.#botId, pages.#workspaceId],
    );
    return pages;
  }

  /** @param id what the page is called in what is found. */
  async add(id: string, page: ExtractedPage, splitter: TextSplitter): Promise<void> {
    const chunks = await new IndexPage(splitter).execute(page, []);
    const [source, document] = [newId(), newId()];
    this.#pageIds.set(source, id);
    this.passageCount += chunks.length;
    const terms = chunks.reduce((sum, { lexemeCount }) => sum + lexemeCount, 0);
    await this.#write(
      `insert into datasources (id, workspace_id, type, name, url, created_at, updated_at)
       values (?, ?, 'url', ?, 'https://bench.example/', now(), now())`,
      [source, this.#workspaceId, page.title],
    );
    await this.#write(
      `insert into bot_datasources (workspace_id, bot_id, datasource_id, created_at) values (?, ?, ?, now())`,
      [this.#workspaceId, this.#botId, source],
    );
    await this.#write(
      `insert into documents (id, workspace_id, datasource_id, url, title, language, markdown, content_hash, bytes,
         chunk_count, lexeme_count, fetched_at, created_at, updated_at)
       values (?, ?, ?, 'https://bench.example/', ?, ?, '', '', 0, ?::int, ?::int, now(), now(), now())`,
      [document, this.#workspaceId, source, page.title, page.language ?? null, chunks.length, terms],
    );
    await this.#insert(source, document, chunks);
  }

  /** The pages of the passages that are found, best first, each once. */
  async search(
    query: string,
    { topK, byMeaning }: { readonly topK: number; readonly byMeaning: boolean },
  ): Promise<string[]> {
    const { hits } = await this.#retrieval.search({
      ...{ workspaceId: this.#workspaceId, botId: this.#botId, query, topK, minScore: 0 },
      embeddingModelId: this.#embeddings.id,
      queryVector: byMeaning ? this.#embeddings.embed([query]).then(([vector]) => vector) : undefined,
    });
    return [...new Set(hits.map(({ datasourceId }) => this.#pageIds.get(datasourceId) ?? ''))];
  }

  async close(): Promise<void> {
    await this.orm.close(true);
  }

  async #insert(source: string, document: string, chunks: readonly IndexedChunk[]): Promise<void> {
    const vectors = await this.#embeddings.embed(chunks.map(({ embeddingText }) => embeddingText));
    const rows = chunks.map((chunk, index) => ({
      ...chunk,
      vector: `[${vectors[index]?.join(',') ?? ''}]`,
    }));
    const from = `from jsonb_to_recordset(?::jsonb) as r(id uuid, position int, "headingPath" jsonb, text text,
      language text, lexemes text, "lexemeCount" int, vector text)`;
    await this.#write(
      `insert into chunks (id, workspace_id, datasource_id, document_id, position, heading_path, text, start_offset,
         end_offset, content_hash, language, lexemes, lexeme_count, created_at)
       select id, ?, ?, ?, position, array(select jsonb_array_elements_text("headingPath")), text, 0, 0, '', language,
         lexemes::tsvector, "lexemeCount", now() ${from}`,
      [this.#workspaceId, source, document, JSON.stringify(rows)],
    );
    await this.#write(
      `insert into chunk_embeddings (chunk_id, workspace_id, datasource_id, model, embedding)
       select id, ?, ?, ?, vector::vector ${from}`,
      [this.#workspaceId, source, this.#embeddings.id, JSON.stringify(rows)],
    );
  }

  async #write(sql: string, params: readonly unknown[]): Promise<void> {
    await this.#sql.acrossWorkspaces('a database of the bench alone', sql, params);
  }
}
