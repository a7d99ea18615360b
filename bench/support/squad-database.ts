import { newId } from '../../src/common/database/index.js';
import { embeddingTextOf, lexemesOf } from '../../src/modules/datasources/retrieval/lexical-index.js';
import { LocalEmbeddingModel } from '../../src/modules/providers/adapters/local/local.embedding-model.js';
import type { Installation } from './installation.js';
import type { Squad } from './squad.js';

/** Whose passages, and whose vectors they get; those of `openai` are arbitrary, as is the stand-in's answer. */
export interface IndexedBot {
  readonly workspaceId: string;
  readonly botId: string;
  readonly embeddings: 'openai' | 'local' | 'none';
}

const OPENAI = { id: 'openai/text-embedding-3-small@1', dimensions: 1_536 };

/** Writes every passage as a page of its own of a bot, without reading pages. */
export async function indexSquad(
  installation: Installation,
  { workspaceId, botId, embeddings }: IndexedBot,
  { passages }: Squad,
): Promise<void> {
  const local = new LocalEmbeddingModel();
  const indexed = passages.map(({ title, text }) => ({ title, text, headingPath: [], language: 'en' }));
  const vectors =
    embeddings === 'local'
      ? await local.embed(indexed.map(embeddingTextOf))
      : indexed.map(() => Float32Array.from({ length: OPENAI.dimensions }, () => Math.random() - 0.5));
  const rows = JSON.stringify(
    indexed.map(({ title, text, ...passage }, index) => {
      const { tsvector: lexemes, count } = lexemesOf({ title, text, ...passage });
      const ids = { chunk: newId(), document: newId(), source: newId() };
      return { ...ids, title, text, lexemes, count, vector: `[${vectors[index]?.join(',') ?? ''}]` };
    }),
  );
  const from = `from jsonb_to_recordset($2::jsonb) as r(chunk uuid, document uuid, source uuid, title text,
    text text, lexemes text, count int, vector text)`;
  await installation.withDatabase(async (client) => {
    const write = (sql: string, ...more: unknown[]): Promise<unknown> =>
      client.query(sql, [workspaceId, rows, ...more]);
    await write(
      `insert into datasources (id, workspace_id, type, name, url, created_at, updated_at)
       select source, $1, 'url', title, 'https://bench.example/' || source, now(), now() ${from}`,
    );
    await write(
      `insert into documents (id, workspace_id, datasource_id, url, title, language, markdown, content_hash, bytes,
         fetched_at, created_at, updated_at)
       select document, $1, source, 'https://bench.example/' || source, title, 'en', text, '', length(text),
         now(), now(), now() ${from}`,
    );
    await write(
      `insert into chunks (id, workspace_id, datasource_id, document_id, position, text, start_offset, end_offset,
         content_hash, language, lexemes, lexeme_count, created_at)
       select chunk, $1, source, document, 0, text, 0, length(text), '', 'en', lexemes::tsvector, count, now() ${from}`,
    );
    await write(
      `insert into chunk_embeddings (chunk_id, workspace_id, datasource_id, model, embedding)
       select chunk, $1, source, $3, vector::vector ${from}`,
      embeddings === 'local' ? local.id : OPENAI.id,
    );
    await write(
      `insert into bot_datasources (workspace_id, bot_id, datasource_id, created_at)
       select $1, $3, source, now() ${from}`,
      botId,
    );
    await client.query('analyze');
  });
}
