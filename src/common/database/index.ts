/**
 * Owns the database connection, transactions, the workspace filter, raw SQL and paging.
 * Does not own any table: entities and queries live in their modules, the schema in `migrations/`.
 * Announces nothing; work that must follow a commit is registered with `UnitOfWork.afterCommit`.
 */
export { translateViolations } from './constraint-violation.js';
export { isDatabaseAway } from './database-away.js';
export { DataDirInUse, lockDataDir } from './data-dir.lock.js';
export { DatabaseModule } from './database.module.js';
export { DiskSpace } from './disk-space.js';
export { EmbeddedCare } from './embedded-care.js';
export { inBatches } from './in-batches.js';
export { firstIdAt, madeAt, newId, newIdAt } from './ids.js';
export { isoTime } from './iso-time.js';
export { oneOf } from './one-of.js';
export { embeddedOptions, openPglite, type OrmOptions, ormOptions, serverOptions } from './orm-options.js';
export { decodeCursor, encodeCursor, type Page, type PageRequest, toPage } from './page.js';
export { PackedRows } from './packed-rows.js';
export { NOT_PREPARED } from './preparing.client.js';
export { SerialPgliteDialect } from './serial-pglite.dialect.js';
export { columnsOf, type Reading, type Readings, readFrom } from './reading.js';
export { SharedReads } from './shared-reads.js';
export { SilenceWatch } from './silence-watch.js';
export { type RunStatement, Sql, type Statement, UnscopedQuery } from './sql.js';
export { TableStatistics } from './table-statistics.js';
export { Tenancy } from './tenancy.js';
export { TenantEntity, WORKSPACE_FILTER } from './tenant.entity.js';
export { isStorageFull } from './storage-full.js';
export { TextListType } from './text-list.type.js';
export { UnitOfWork } from './unit-of-work.js';
export { sentVector, VectorParameter } from './vector-parameter.js';
export { where } from './where.js';
