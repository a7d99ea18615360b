import { Injectable } from '@nestjs/common';
import { FieldsService } from '../fields/fields.service.js';
import type { RemoteField } from '../ports/remote-tables.port.js';
import type { HostedTable } from '../tables.types.js';
import type { LinkTally } from './link-tally.js';
import type { LinkedField, TableLink } from './remote.types.js';

const MAX_NAME = 120;

/** Lets the fields of a hosted table follow those of the remote one. What is gone there stays here, as it was. */
@Injectable()
export class LinkFields {
  constructor(private readonly fields: FieldsService) {}

  /** @throws TableLimitReached, TableBusy */
  async follow(
    link: TableLink,
    table: HostedTable,
    remote: readonly RemoteField[],
    tally: LinkTally,
  ): Promise<LinkedField[]> {
    const here = new Set(table.fields.map(({ id }) => id));
    const known = new Map(link.fields.map((one) => [one.id, one]));
    const added: string[] = [];
    const followed: LinkedField[] = [];
    for (const field of remote) {
      const before = known.get(field.id);
      const isHere = before !== undefined && here.has(before.fieldId);
      if (!isHere) added.push(field.name);
      const fieldId = isHere ? before.fieldId : await this.#place(table, field, followed);
      if (isHere && before.name !== field.name)
        await this.fields.change(table.workspaceId, table.id, fieldId, { name: nameOf(field) });
      followed.push({ ...field, fieldId });
    }
    const there = new Set(remote.map(({ id }) => id));
    const gone = link.fields.filter(({ id }) => !there.has(id)).map(({ name }) => name);
    tally.fields(added, gone);
    return followed;
  }

  /** A field of the same name and type that nothing else fills is taken; else one is made. */
  async #place(table: HostedTable, field: RemoteField, followed: readonly LinkedField[]): Promise<string> {
    const taken = new Set(followed.map(({ fieldId }) => fieldId));
    const same = table.fields.find(
      ({ id, name, type }) => name === nameOf(field) && type === field.type && !taken.has(id),
    );
    if (same) return same.id;
    const made = await this.fields.place(table.workspaceId, table.id, {
      name: nameOf(field),
      type: field.type,
    });
    return made.id;
  }
}

function nameOf({ id, name }: RemoteField): string {
  const shown = name
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, MAX_NAME)
    .trim();
  return shown === '' ? id : shown.toWellFormed();
}
