import { IsFuture } from './is-future.decorator.js';
import { type Permission, type Role, ROLES } from '#common/access';
import { ChoiceField, IdField, InstantField, TextField, TextListField } from '#common/validation';
import { type ApiKeyDraft, TABLE_ACCESS, type TableAccess } from '../auth.types.js';

export class CreateApiKeyDto {
  @TextField({ max: 120, example: 'Nightly import' })
  readonly name!: string;

  @ChoiceField(ROLES, {
    name: 'Role',
    optional: true,
    description: 'Not above your own; by default the same as yours.',
  })
  readonly role?: Role;

  @TextListField({
    optional: true,
    max: 80,
    maxItems: 100,
    example: ['read Bot', 'chat Bot'],
    description: 'Narrows the key to these permissions, each `action Subject`, out of those you have.',
  })
  readonly permissions?: Permission[];

  @IdField({
    optional: true,
    description:
      'A hosted table: the key is for its records and for nothing else, and ends with it. Not together with `role` or `permissions`.',
  })
  readonly tableId?: string;

  @ChoiceField(TABLE_ACCESS, {
    name: 'TableAccess',
    optional: true,
    description: 'Of a key for one table: whether it may only read records; by default so.',
  })
  readonly access?: TableAccess;

  @InstantField({ optional: true, description: 'When the key ends; by default in a year.' })
  @IsFuture()
  readonly expiresAt?: string;

  toDraft(): ApiKeyDraft {
    const { expiresAt, ...draft } = this;
    return { ...draft, ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }) };
  }
}
