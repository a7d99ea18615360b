import { Injectable } from '@nestjs/common';
import { inBatches } from '#common/database';
import { EventOutbox } from '#common/events';
import { tableRecordsChanged } from '../tables.events.js';
import type { HostedTable } from '../tables.types.js';

export type RecordChange = 'created' | 'updated' | 'deleted';

const IDS_PER_EVENT = 500;

/** Tells others which records have changed, as part of the transaction that changes them. */
@Injectable()
export class RecordAnnouncer {
  constructor(private readonly events: EventOutbox) {}

  async announce(
    table: Pick<HostedTable, 'id' | 'workspaceId'>,
    records: readonly { readonly id: string }[],
    change: RecordChange,
  ): Promise<void> {
    for (const batch of inBatches(records, IDS_PER_EVENT)) {
      const payload = { tableId: table.id, recordIds: batch.map(({ id }) => id), change };
      await this.events.publish(tableRecordsChanged, payload, table);
    }
  }
}
