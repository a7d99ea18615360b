import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { newId } from '#common/database';

/** A person who can sign in. Belongs to workspaces through memberships. */
@Entity({ tableName: 'users' })
export class User {
  @PrimaryKey({ type: 'uuid' })
  readonly id: string = newId();

  @Property({ type: 'text' })
  readonly email: string;

  @Property({ type: 'text', nullable: true })
  readonly name: string | null;

  @Property({ type: 'text' })
  readonly passwordHash: string;

  @Property({ type: 'datetime', length: 3 })
  readonly createdAt: Date = new Date();

  constructor(fields: Pick<User, 'email' | 'name' | 'passwordHash'>) {
    this.email = fields.email;
    this.name = fields.name;
    this.passwordHash = fields.passwordHash;
  }
}
