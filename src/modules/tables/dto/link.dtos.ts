import { BooleanField, IdField, TextField } from '#common/validation';
import type { LinkDraft } from '../remote/remote.types.js';

export class CreateTableLinkDto implements LinkDraft {
  @IdField({
    example: '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a',
    description: 'The connection whose account has the table.',
  })
  readonly connectionId!: string;

  @TextField({
    max: 100,
    example: '01HZX3V7Q2M4N8P6R5T9W0Y1B2',
    description: 'The table of the other service.',
  })
  readonly remoteTableId!: string;

  @IdField({ optional: true, description: 'A hosted table that is there already; else a new one is made.' })
  readonly tableId?: string;

  @TextField({
    optional: true,
    max: 120,
    example: 'Leads',
    description: 'Of the new table; that of the remote one where it is left out.',
  })
  readonly name?: string;

  @BooleanField({
    optional: true,
    description:
      'Whether changes of records that are made here are written to the remote table. By default not.',
  })
  readonly pushBack?: boolean;
}

export class UpdateTableLinkDto {
  @BooleanField({
    example: true,
    description: 'Whether changes of records that are made here are written to the remote table.',
  })
  readonly pushBack!: boolean;
}
