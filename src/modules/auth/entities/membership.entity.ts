import { Entity, Property } from '@mikro-orm/decorators/legacy';
import type { Role } from '#common/access';
import { TenantEntity } from '#common/database';

export type MembershipStatus = 'active' | 'suspended';

/** A user's place in a workspace. */
@Entity({ tableName: 'memberships' })
export class Membership extends TenantEntity {
  @Property({ type: 'uuid' })
  readonly userId: string;

  @Property({ type: 'text' })
  readonly role: Role;

  @Property({ type: 'text' })
  readonly status: MembershipStatus = 'active';

  constructor(fields: Pick<Membership, 'workspaceId' | 'userId' | 'role'>) {
    super(fields.workspaceId);
    this.userId = fields.userId;
    this.role = fields.role;
  }
}
