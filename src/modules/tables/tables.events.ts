import { defineEvent } from '#common/events';

/** Records were made, changed or removed; at most 500 in one event. */
export const tableRecordsChanged = defineEvent<{
  readonly tableId: string;
  readonly recordIds: readonly string[];
  readonly change: 'created' | 'updated' | 'deleted';
}>('table.records_changed');

/** An import has made or changed records: so many that they are not named. Comes with each piece of it. */
export const tableRecordsImported = defineEvent<{ readonly tableId: string; readonly importId: string }>(
  'table.records_imported',
);

/** All records of a table gave way to others, at once. */
export const tableRecordsReplaced = defineEvent<{ readonly tableId: string }>('table.records_replaced');

/** Fields were added, changed or removed, so that records read differently. */
export const tableFieldsChanged = defineEvent<{ readonly tableId: string }>('table.fields_changed');

/** A table is gone with all its records. */
export const tableDeleted = defineEvent<{ readonly tableId: string }>('table.deleted');
