import type { FilterDef } from '@mikro-orm/core';
import { Entity, Filter, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { newId } from './ids.js';

/** Name of the filter that every tenant entity carries. See docs/adr/0004-workspace-filter.md. */
export const WORKSPACE_FILTER = 'workspace';

const workspaceFilter: FilterDef = {
  name: WORKSPACE_FILTER,
  // Without parameters the ORM refuses the query: forgetting the workspace is an error, never a leak.
  cond: ({ workspaceId }: { workspaceId: string }) => ({ workspaceId }),
  default: true,
};

/** A row that belongs to one workspace. The ORM adds that workspace to every query on it. */
@Entity({ abstract: true })
@Filter(workspaceFilter)
export abstract class TenantEntity {
  @PrimaryKey({ type: 'uuid' })
  readonly id: string;

  @Property({ type: 'uuid' })
  readonly workspaceId: string;

  @Property({ type: 'datetime', length: 3 })
  readonly createdAt: Date = new Date();

  protected constructor(workspaceId: string, id: string = newId()) {
    this.id = id;
    this.workspaceId = workspaceId;
  }
}
