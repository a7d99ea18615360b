import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { decodeCursor, inBatches, type Page, type PageRequest, Sql, toPage, where } from '#common/database';
import type { IndexedChunk, ListedChunk, PassageExcerpt, StoredChunk } from './chunks.types.js';
import { Document } from './entities/document.entity.js';
import type { KnownDocument } from './site/visit.types.js';

/** How many documents and passages a source has. */
export interface ContentCounts {
  readonly documentCount: number;
  readonly chunkCount: number;
}

/** Documents and their passages. */
@Injectable()
export class DocumentsRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly sql: Sql,
  ) {}

  /** The document that has no address is found by null. */
  findByUrl(datasourceId: string, url: string | null): Promise<Document | null> {
    return this.em.findOne(Document, { datasourceId, url }, { refresh: true });
  }

  find(datasourceId: string, id: string): Promise<Document | null> {
    return this.em.findOne(Document, { datasourceId, id });
  }

  /** What is known of the documents at these addresses. */
  async listKnown(
    workspaceId: string,
    datasourceId: string,
    urls: readonly string[],
  ): Promise<KnownDocument[]> {
    return this.sql.inWorkspace<KnownDocument>(
      workspaceId,
      `select id, url, content_hash as "contentHash", index_version as "indexVersion", etag, bytes,
         last_modified as "lastModified"
       from documents where workspace_id = ? and datasource_id = ? and url in (select jsonb_array_elements_text(?::jsonb))`,
      [workspaceId, datasourceId, JSON.stringify(urls)],
    );
  }

  /** The addresses of other documents of the source that say the same. */
  async listTwins(
    workspaceId: string,
    datasourceId: string,
    contentHash: string,
    url: string,
  ): Promise<string[]> {
    const rows = await this.sql.inWorkspace<{ url: string }>(
      workspaceId,
      `select url from documents where workspace_id = ? and datasource_id = ? and content_hash = ? and url <> ?
       order by id limit 20`,
      [workspaceId, datasourceId, contentHash, url],
    );
    return rows.map((row) => row.url);
  }

  async remove(id: string): Promise<void> {
    await this.em.nativeDelete(Document, { id });
  }

  save(document: Document): void {
    this.em.persist(document);
  }

  flush(): Promise<void> {
    return this.em.flush();
  }

  async list(datasourceId: string, { limit, cursor }: PageRequest): Promise<Page<Document>> {
    const before = cursor ? { id: { $lt: decodeCursor(cursor) } } : {};
    const rows = await this.em.find(Document, where<Document>({ datasourceId }, before), {
      orderBy: { id: 'desc' },
      limit: limit + 1,
    });
    return toPage(rows, limit);
  }

  /** Removes documents of the source other than the one at `url` (its address was changed). */
  async removeOthers(datasourceId: string, url: string | null): Promise<void> {
    await this.em.nativeDelete(Document, { datasourceId, url: { $ne: url } });
  }

  async count(workspaceId: string, datasourceId: string): Promise<ContentCounts> {
    const [row] = await this.sql.inWorkspace<ContentCounts>(
      workspaceId,
      `select count(*)::int as "documentCount", coalesce(sum(chunk_count), 0)::int as "chunkCount"
       from documents where workspace_id = ? and datasource_id = ?`,
      [workspaceId, datasourceId],
    );
    return row ?? { documentCount: 0, chunkCount: 0 };
  }

  async listChunks(
    workspaceId: string,
    documentId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<ListedChunk>> {
    const after = cursor ? decodeCursor(cursor) : null;
    const rows = await this.sql.inWorkspace<ListedChunk>(
      workspaceId,
      `select id, position, heading_path as "headingPath", text, start_offset as "startOffset",
         end_offset as "endOffset", location
       from chunks
       where workspace_id = ? and document_id = ? and position > coalesce(
         (select position from chunks where workspace_id = ? and document_id = ? and id = ?), -1)
       order by position limit ?`,
      [workspaceId, documentId, workspaceId, documentId, after, limit + 1],
    );
    return toPage(rows, limit);
  }

  /** Beginnings of passages, and the titles of their documents; those that are gone are left out. */
  async excerpts(workspaceId: string, ids: readonly string[], chars: number): Promise<PassageExcerpt[]> {
    if (ids.length === 0) return [];
    return this.sql.inWorkspace<PassageExcerpt>(
      workspaceId,
      `select c.id, d.title, left(c.text, ?::int) as text
       from chunks c join documents d on d.workspace_id = c.workspace_id and d.id = c.document_id
       where c.workspace_id = ? and c.id = any(?::uuid[])`,
      [chars, workspaceId, ids],
    );
  }

  /** The passages that a document has now, by which unchanged ones are recognised. */
  async storedChunks(workspaceId: string, documentId: string): Promise<StoredChunk[]> {
    return this.sql.inWorkspace<StoredChunk>(
      workspaceId,
      'select id, content_hash as "contentHash" from chunks where workspace_id = ? and document_id = ?',
      [workspaceId, documentId],
    );
  }

  /**
   * Makes `chunks` the passages of the document: the kept ones move, the new ones come, all others go. The document
   * itself has to be written in the same transaction, by which others see that its passages are not what they were.
   */
  async replaceChunks(document: Document, chunks: readonly IndexedChunk[]): Promise<void> {
    const { workspaceId, id: documentId, datasourceId } = document;
    const kept = chunks.filter((chunk) => chunk.kept);
    await this.sql.inWorkspace(
      workspaceId,
      `delete from chunks where workspace_id = ? and document_id = ?
       and id not in (select value::uuid from jsonb_array_elements_text(?::jsonb))`,
      [workspaceId, documentId, JSON.stringify(kept.map((chunk) => chunk.id))],
    );
    for (const batch of inBatches(kept)) await this.#move(workspaceId, batch);
    for (const batch of inBatches(chunks.filter((chunk) => !chunk.kept))) {
      await this.#insert(workspaceId, datasourceId, documentId, batch);
    }
  }

  /** Of these texts, those that passages of other documents of the source have already. */
  async repeatedTexts(
    workspaceId: string,
    datasourceId: string,
    textHashes: readonly string[],
    documentIds: readonly string[],
  ): Promise<Set<string>> {
    const rows = await this.sql.inWorkspace<{ hash: string }>(
      workspaceId,
      `select distinct text_hash as hash from chunks
       where workspace_id = ? and datasource_id = ? and not is_repeat
         and text_hash in (select jsonb_array_elements_text(?::jsonb))
         and document_id not in (select value::uuid from jsonb_array_elements_text(?::jsonb))`,
      [workspaceId, datasourceId, JSON.stringify(textHashes), JSON.stringify(documentIds)],
    );
    return new Set(rows.map(({ hash }) => hash));
  }

  /** Lets a passage be found again whose text no other one has any more. Writes its document, too, as `replaceChunks` says. */
  async freeRepeats(workspaceId: string, datasourceId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `with freed as (
         update chunks c set is_repeat = false from (
           select min(r.id::text)::uuid as id from chunks r
           where r.workspace_id = ? and r.datasource_id = ? and r.is_repeat and not exists (
             select 1 from chunks f where f.workspace_id = r.workspace_id and f.datasource_id = r.datasource_id
               and f.text_hash = r.text_hash and not f.is_repeat)
           group by r.text_hash) free
         where c.workspace_id = ? and c.id = free.id
         returning c.document_id
       )
       update documents d set missed = missed where d.workspace_id = ? and d.id in (select document_id from freed)`,
      [workspaceId, datasourceId, workspaceId, workspaceId],
    );
  }

  async #move(workspaceId: string, chunks: readonly IndexedChunk[]): Promise<void> {
    const places = chunks.map(({ id, position, startOffset, endOffset, location }) => ({
      ...{ id, position, startOffset, endOffset, location },
    }));
    await this.sql.inWorkspace(
      workspaceId,
      `update chunks c set position = r.position, start_offset = r."startOffset", end_offset = r."endOffset",
         location = r.location
       from jsonb_to_recordset(?::jsonb) as r(id uuid, position int, "startOffset" int, "endOffset" int,
         location jsonb)
       where c.workspace_id = ? and c.id = r.id`,
      [JSON.stringify(places), workspaceId],
    );
  }

  async #insert(
    workspaceId: string,
    datasourceId: string,
    documentId: string,
    chunks: readonly IndexedChunk[],
  ): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `insert into chunks (id, workspace_id, datasource_id, document_id, position, heading_path, text, start_offset,
         end_offset, location, content_hash, text_hash, is_repeat, language, lexemes, lexeme_count, created_at)
       select r.id, d.workspace_id, d.datasource_id, d.id, r.position,
         array(select jsonb_array_elements_text(r."headingPath")), r.text, r."startOffset", r."endOffset",
         r.location, r."contentHash", r."textHash", coalesce(r."isRepeat", false), r.language, r.lexemes::tsvector, r."lexemeCount", now()
       from jsonb_to_recordset(?::jsonb) as r(id uuid, position int, "headingPath" jsonb, text text,
         "startOffset" int, "endOffset" int, location jsonb, "contentHash" text, "textHash" text, "isRepeat" boolean, language text, lexemes text, "lexemeCount" int)
       join documents d on d.workspace_id = ? and d.datasource_id = ? and d.id = ?`,
      [JSON.stringify(chunks), workspaceId, datasourceId, documentId],
    );
  }
}
