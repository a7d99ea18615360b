/**
 * Owns hosted tables: their fields, their records, how these are kept, filtered, sorted, searched, summed up, imported and brought together with
 * tables of other services.
 * Does not own what is done with records elsewhere (data sources, exports).
 * Announces `table.records_changed`, `table.records_imported`, `table.records_replaced`, `table.fields_changed` and `table.deleted`.
 */
export { assertFilterShape } from './records/filter-shape.js';
export { FieldsService } from './fields/fields.service.js';
export {
  type Aggregate,
  AGGREGATES,
  PERIODS,
  type Aggregation,
  type RecordsQuestion,
} from './records/aggregate.types.js';
export type { Filter } from './records/filter.types.js';
export type { RecordsPage } from './records/page-query.js';
export { RecordReader } from './records/record-reader.js';
export { RecordRows } from './records/record-rows.js';
export { ConnectionsService } from './remote/connections.service.js';
export { HooksService } from './hooks/hooks.service.js';
export { RecordsService } from './records/records.service.js';
export {
  QueryTooSlow,
  RecordNotFound,
  TableBusy,
  TableLimitReached,
  TableNotFound,
  ValueTaken,
} from './tables.errors.js';
export {
  tableDeleted,
  tableFieldsChanged,
  tableRecordsChanged,
  tableRecordsImported,
  tableRecordsReplaced,
} from './tables.events.js';
export { TablesModule } from './tables.module.js';
export { TablesWorkerModule } from './tables-worker.module.js';
export { tablesPolicy } from './tables.policy.js';
export { TablesService } from './tables.service.js';
export type { Field, HostedTable, RecordValues, TableRecord } from './tables.types.js';
