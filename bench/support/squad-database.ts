import { newId } from '../../src/common/database/index.js';
import { embeddingTextOf, lexemesOf } from '../../src/modules/datasources/retrieval/lexical-index.js';
import { LocalEmbeddingModel } from '../../src/modules/providers/adapters/local/local.embedding-model.js';
import type { Installation } from './installation.js';
import { openaiVectorOf } from './openai-vectors.js';
import type { Squad } from './squad.js';

/** Whose passages, and whose vectors they get; those of `openai` are such as the stand-in answers. */
export interface IndexedBot {
  readonly workspaceId: string;
  readonly botId: string;
  readonly embeddings: 'openai' | 'local' | 'none';
}

const OPENAI = { id: 'openai/text-embedding-3-small@1' };

/** Writes every article as a page of its own of a bot, with its paragraphs as passages, without reading pages. */
export async function indexSquad(
  installation: Installation,
  { workspaceId, botId, embeddings }: IndexedBot,
  { passages }: Squad,
): Promise<void> {
  const indexed = passages.map(({ title, text }) => ({ title, text, headingPath: [], language: 'en' }));
  const texts = indexed.map(embeddingTextOf);
  const local = new LocalEmbeddingModel();
  const vectors = embeddings === 'local' ? await local.embed(texts) : texts.map(openaiVectorOf);
  const articles = new Map(
    [...Map.groupBy(indexed, ({ title }) => title)].map(([title, parts]) => [
      title,
      { source: newId(), document: newId(), title, text: parts.map(({ text }) => text).join('\n\n') },
    ]),
  );
  const positions = new Map<string, number>();
  const chunks = indexed.map((passage, index) => {
    const { title, text } = passage;
    const { tsvector: lexemes, count } = lexemesOf(passage);
    const { source, document } = articles.get(title) ?? {};
    const position = positions.get(title) ?? 0;
    positions.set(title, position + 1);
    return {
      ...{ chunk: newId(), source, document, position, text, lexemes, count },
      vector: `[${vectors[index]?.join(',') ?? ''}]`,
    };
  });
  await installation.withDatabase(async (client) => {
    const write = (sql: string, rows: unknown, ...more: unknown[]): Promise<unknown> =>
      client.query(sql, [workspaceId, JSON.stringify(rows), ...more]);
    const pages = [...articles.values()];
    const fromPages =
      'from jsonb_to_recordset($2::jsonb) as r(source uuid, document uuid, title text, text text)';
    const fromChunks = `from jsonb_to_recordset($2::jsonb) as r(chunk uuid, source uuid, document uuid, position int,
      text text, lexemes text, count int, vector text)`;
    await write(
      `insert into datasources (id, workspace_id, type, name, url, created_at, updated_at)
       select source, $1, 'url', title, 'https://bench.example/' || source, now(), now() ${fromPages}`,
      pages,
    );
    await write(
      `insert into documents (id, workspace_id, datasource_id, url, title, language, markdown, content_hash, bytes,
         fetched_at, created_at, updated_at)
       select document, $1, source, 'https://bench.example/' || source, title, 'en', text, '', length(text),
         now(), now(), now() ${fromPages}`,
      pages,
    );
    await write(
      `insert into chunks (id, workspace_id, datasource_id, document_id, position, text, start_offset, end_offset,
         content_hash, language, lexemes, lexeme_count, created_at)
       select chunk, $1, source, document, position, text, 0, length(text), '', 'en', lexemes::tsvector, count, now()
       ${fromChunks}`,
      chunks,
    );
    await client.query(
      `update documents d set chunk_count = c.passages, lexeme_count = c.terms
       from (select document_id, count(*) as passages, sum(lexeme_count) as terms from chunks group by 1) c
       where c.document_id = d.id`,
    );
    await write(
      `insert into chunk_embeddings (chunk_id, workspace_id, datasource_id, model, embedding)
       select chunk, $1, source, $3, vector::vector ${fromChunks}`,
      chunks,
      embeddings === 'local' ? local.id : OPENAI.id,
    );
    await write(
      `insert into bot_datasources (workspace_id, bot_id, datasource_id, created_at)
       select $1, $3, source, now() ${fromPages}`,
      pages,
      botId,
    );
    await client.query('analyze');
  });
}
