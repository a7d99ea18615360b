import { createHash } from 'node:crypto';

/** Whose vectors an index holds. */
export interface VectorIndexTarget {
  readonly workspaceId: string;
  readonly model: string;
}

/** With so many passages a workspace gets an index of its vectors; up to there looking at all of them is fast enough. */
export const INDEXED_FROM = 50_000;
/** With fewer it loses it again. Far enough below, so that none is built and dropped in turns. */
export const INDEXED_DOWN_TO = 25_000;
/** The longest vectors that an index of half precision can hold. */
export const MOST_INDEXED_DIMENSIONS = 4_000;

/**
 * How densely the graph is woven. With pgvector's own 64 some passages that lie together cannot be reached from others; 200
 * takes some five times as long to build, and no more room.
 */
export const VECTOR_INDEX_OPTIONS: readonly string[] = ['m=16', 'ef_construction=200'];

export const VECTOR_INDEX_PREFIX = 'chunk_embeddings_near_';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The name says nothing, and is the same each time. */
export function vectorIndexName({ workspaceId, model }: VectorIndexTarget): string {
  const hash = createHash('sha256').update(`${workspaceId} ${model}`).digest('hex').slice(0, 32);
  return `${VECTOR_INDEX_PREFIX}${hash}`;
}

/**
 * The statement that makes it, while others write. Statements of this kind take no parameters.
 *
 * @throws Error for what is no id of a workspace, or no number of dimensions.
 */
export function vectorIndexStatement(target: VectorIndexTarget, dimensions: number): string {
  const { workspaceId, model } = target;
  if (!UUID.test(workspaceId)) throw new Error('This is no id of a workspace.');
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > MOST_INDEXED_DIMENSIONS)
    throw new Error('There is no index for vectors of this length.');
  return `create index concurrently ${vectorIndexName(target)} on chunk_embeddings
    using hnsw ((embedding::halfvec(${dimensions})) halfvec_cosine_ops) with (${VECTOR_INDEX_OPTIONS.join(', ')})
    where workspace_id = '${workspaceId}'::uuid and model = ${textLiteral(model)}`;
}

/** Whatever is not plain goes in by its number, so that nothing in it can be read as anything else. */
function textLiteral(text: string): string {
  const escaped = text.replaceAll(
    /[^\w./@:-]/gu,
    (character) => `\\+${(character.codePointAt(0) ?? 0).toString(16).padStart(6, '0')}`,
  );
  return `U&'${escaped}'`;
}
