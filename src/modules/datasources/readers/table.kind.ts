import { Injectable } from '@nestjs/common';
import type { SourceOrigin } from '../datasources.types.js';
import { SourceKind } from './source-reader.js';

/** A hosted table. `SyncTable` reads it. */
@Injectable()
export class TableKind extends SourceKind {
  readonly type = 'table';
  readonly fields = ['tableId'] as const;
  override readonly optionalFields = ['tableFields', 'rowTemplate'] as const;

  /** What of it the table has is checked against the table, see `TableSources`. */
  checked({ tableId, tableFields, rowTemplate }: SourceOrigin): SourceOrigin {
    return {
      ...(tableId === undefined ? {} : { tableId }),
      ...(tableFields === undefined ? {} : { tableFields }),
      ...(rowTemplate === undefined ? {} : { rowTemplate }),
    };
  }

  nameOf(): string {
    return 'Table';
  }
}
