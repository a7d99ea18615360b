import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { newId } from '#common/database';

/** What a team owns together; every tenant row belongs to one. */
@Entity({ tableName: 'workspaces' })
export class Workspace {
  @PrimaryKey({ type: 'uuid' })
  readonly id: string = newId();

  @Property({ type: 'text' })
  readonly name: string;

  @Property({ type: 'datetime', length: 3 })
  readonly createdAt: Date = new Date();

  constructor(name: string) {
    this.name = name;
  }
}
