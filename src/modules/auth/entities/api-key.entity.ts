import { Entity, Property } from '@mikro-orm/decorators/legacy';
import type { Permission, Role } from '#common/access';
import { TenantEntity } from '#common/database';

/** A key for other services. Only its hash is kept; it never does more than its maker may. */
@Entity({ tableName: 'api_keys' })
export class ApiKey extends TenantEntity {
  @Property({ type: 'text' })
  readonly name: string;

  /** The first characters of the key, by which people recognise it. */
  @Property({ type: 'text' })
  readonly prefix: string;

  @Property({ type: 'text' })
  readonly secretHash: string;

  @Property({ type: 'text' })
  readonly role: Role;

  @Property({ type: 'text[]', nullable: true })
  readonly permissions: Permission[] | null;

  /** The hosted table whose records are all that the key is for. */
  @Property({ type: 'uuid', nullable: true })
  readonly tableId: string | null;

  @Property({ type: 'uuid' })
  readonly createdByUserId: string;

  @Property({ type: 'datetime', length: 3, nullable: true })
  readonly lastUsedAt: Date | null = null;

  @Property({ type: 'datetime', length: 3, nullable: true })
  readonly expiresAt: Date | null;

  @Property({ type: 'datetime', length: 3, nullable: true })
  revokedAt: Date | null = null;

  constructor(
    fields: Pick<
      ApiKey,
      | 'workspaceId'
      | 'name'
      | 'prefix'
      | 'secretHash'
      | 'role'
      | 'permissions'
      | 'tableId'
      | 'createdByUserId'
      | 'expiresAt'
    >,
  ) {
    super(fields.workspaceId);
    this.name = fields.name;
    this.prefix = fields.prefix;
    this.secretHash = fields.secretHash;
    this.role = fields.role;
    this.permissions = fields.permissions;
    this.tableId = fields.tableId;
    this.createdByUserId = fields.createdByUserId;
    this.expiresAt = fields.expiresAt;
  }

  /** Ends the key at once. Doing it twice changes nothing. */
  revoke(at: Date): void {
    this.revokedAt ??= at;
  }
}
