import { DomainError, type FieldProblem, InvalidFields, NotFound } from '#common/errors';
import { MAX_FIELDS, MAX_RECORD_BYTES, MAX_RECORDS, MAX_TABLES } from './tables.types.js';

/** There is no such table in this workspace. */
export class TableNotFound extends NotFound {
  constructor() {
    super('The table');
  }
}

/** The table has no such field. */
export class FieldNotFound extends NotFound {
  constructor() {
    super('The field');
  }
}

/** The table has no such record. */
export class RecordNotFound extends NotFound {
  constructor() {
    super('The record');
  }
}

/** Another table of the workspace has this name. */
export class TableNameTaken extends DomainError {
  static readonly code = 'tables.name_taken';
  static readonly kind = 'conflict';
  constructor() {
    super(TableNameTaken, 'Another table has this name.');
  }
}

/** Another field of the table has this key. */
export class FieldKeyTaken extends DomainError {
  static readonly code = 'tables.field_key_taken';
  static readonly kind = 'conflict';
  constructor(key: string) {
    super(FieldKeyTaken, `The table has a field ${key} already.`);
  }
}

/** The workspace has as many tables, or the table as many fields or records, as there may be. */
export class TableLimitReached extends DomainError {
  static readonly code = 'tables.limit_reached';
  static readonly kind = 'conflict';
  constructor(what: 'tables' | 'fields' | 'records') {
    const most = { tables: MAX_TABLES, fields: MAX_FIELDS, records: MAX_RECORDS }[what];
    super(TableLimitReached, `There can be at most ${String(most)} ${what}.`);
  }
}

/** With what is changed of it and what it holds besides, a record would be too large. */
export class RecordTooLarge extends InvalidFields {
  constructor(path: string) {
    super([
      { path, message: `would hold more than ${String(MAX_RECORD_BYTES)} bytes together with what is there` },
    ]);
  }
}

/** A field of another table names records of this one. */
export class TableLinked extends DomainError {
  static readonly code = 'tables.linked';
  static readonly kind = 'conflict';
  constructor() {
    super(TableLinked, 'A field of another table links to this table. Remove it first.');
  }
}

/** A required link of another record names this one. */
export class RecordLinked extends DomainError {
  static readonly code = 'tables.record_linked';
  static readonly kind = 'conflict';
  constructor() {
    super(RecordLinked, 'A required link of another record names this record.');
  }
}

/** Records hold a value already that may be there only once. `errors` says which of the request. */
export class ValueTaken extends DomainError {
  static readonly code = 'tables.value_taken';
  static readonly kind = 'conflict';
  constructor(fields: readonly FieldProblem[]) {
    super(ValueTaken, 'A unique field would hold the same value twice.', { fields });
  }
}

/** The records do not allow what is asked of their field. */
export class FieldInUse extends DomainError {
  static readonly code = 'tables.field_in_use';
  static readonly kind = 'conflict';
  constructor(why: string) {
    super(FieldInUse, why);
  }
}

/** Somebody else changes the table, or reads it for long. */
export class TableBusy extends DomainError {
  static readonly code = 'tables.busy';
  static readonly kind = 'conflict';
  constructor() {
    super(TableBusy, 'The table is busy just now. Try again.', { retryAfterSeconds: 1 });
  }
}

/** While its records were read, a field was removed or became something else. */
export class FieldsChanged extends DomainError {
  static readonly code = 'tables.fields_changed';
  static readonly kind = 'conflict';
  constructor() {
    super(FieldsChanged, 'The fields of the table were changed while its records were read. Start again.');
  }
}

/** The query looks at too many records. */
export class QueryTooSlow extends DomainError {
  static readonly code = 'tables.query_too_slow';
  static readonly kind = 'invalid';
  constructor() {
    super(
      QueryTooSlow,
      'The query takes too long on this table. Narrow it down, or mark the fields that it names as indexed.',
    );
  }
}

/** Values of the field do not fit the type that it was to get. */
export class ValuesDoNotConvert extends DomainError {
  static readonly code = 'tables.values_do_not_convert';
  static readonly kind = 'invalid';
  constructor(count: number, examples: readonly string[]) {
    super(
      ValuesDoNotConvert,
      `${String(count)} values do not convert, such as ${examples.join(', ')}. Nothing was changed.`,
    );
  }
}
