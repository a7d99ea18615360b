/**
 * Owns sources, what was read from them, its search index and the search.
 * Does not own bots (it knows their ids only) nor how an answer is made of what is found.
 * Announces nothing yet.
 */
export { DatasourcesModule } from './datasources.module.js';
export { DatasourcesWorkerModule } from './datasources-worker.module.js';
export { DatasourceNotFound, FilterOutdated, UnknownBot } from './datasources.errors.js';
export { datasourcesPolicy } from './datasources.policy.js';
export { DatasourcesService } from './datasources.service.js';
export { type Lesson, QaItemsService } from './qa/qa-items.service.js';
export { NotQuestions, TooManyQuestions } from './datasources.errors.js';
export type { ChangedItems, QaItem, QaPair } from './qa/qa.types.js';
export type { PassageExcerpt } from './chunks.types.js';
export { DATASOURCE_TYPES, type DatasourceType } from './datasources.types.js';
export { EmbeddingSpaces, type WorkspaceEmbeddings } from './embedding-spaces.service.js';
export { textAround } from './retrieval/add-neighbours.js';
export type { Attachment, PassageFilter, TuningChanges } from './retrieval/passage-filter.types.js';
export { RetrievalService, type RetrievalSettings, type SearchRequest } from './retrieval.service.js';
export { AttachedTables, type VisibleTable } from './table/attached-tables.service.js';
export type { AttachedTable } from './table/table.types.js';
export { printValue } from './table/print-row.js';
export type {
  Neighbour,
  Reranking,
  SearchableCorpus,
  SearchExplanation,
  SearchHit,
  SearchOutcome,
  SearchResult,
} from './retrieval/search.types.js';
export { SEARCH_OUTCOMES } from './retrieval/search.types.js';
