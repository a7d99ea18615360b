/**
 * Owns sources, what was read from them, its search index and the search.
 * Does not own bots (it knows their ids only) nor how an answer is made of what is found.
 * Announces nothing yet.
 */
export { DatasourcesModule } from './datasources.module.js';
export { DatasourcesWorkerModule } from './datasources-worker.module.js';
export { DatasourceNotFound, UnknownBot } from './datasources.errors.js';
export { datasourcesPolicy } from './datasources.policy.js';
export { DatasourcesService } from './datasources.service.js';
export { EmbeddingSpaces, type WorkspaceEmbeddings } from './embedding-spaces.service.js';
export { RetrievalService, type SearchRequest } from './retrieval.service.js';
export { AttachedTables, type VisibleTable } from './table/attached-tables.service.js';
export type { AttachedTable } from './table/table.types.js';
export { printValue } from './table/print-row.js';
export type { SearchableCorpus, SearchHit, SearchResult } from './retrieval/search.types.js';
