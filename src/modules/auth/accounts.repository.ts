import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { Role } from '#common/access';
import { Sql, translateViolations } from '#common/database';
import { EmailTaken } from './auth.errors.js';
import { Membership } from './entities/membership.entity.js';
import { User } from './entities/user.entity.js';
import { Workspace } from './entities/workspace.entity.js';

/** Users, workspaces and memberships. */
@Injectable()
export class AccountsRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly sql: Sql,
  ) {}

  /** @throws EmailTaken */
  async addUser(user: User): Promise<void> {
    await translateViolations({ users_email_unique: () => new EmailTaken() }, () => this.em.insert(user));
  }

  async addWorkspace(workspace: Workspace, owner: Membership): Promise<void> {
    await this.em.insert(workspace);
    await this.em.insert(owner);
  }

  findUserByEmail(email: string): Promise<User | null> {
    return this.em.findOne(User, { email });
  }

  getUser(id: string): Promise<User> {
    return this.em.findOneOrFail(User, { id });
  }

  getWorkspace(id: string): Promise<Workspace> {
    return this.em.findOneOrFail(Workspace, { id });
  }

  /** The user's active membership in that workspace, or the oldest one. */
  async findMembership(
    userId: string,
    workspaceId?: string,
  ): Promise<{ workspaceId: string; role: Role } | null> {
    const [row] = await this.sql.acrossWorkspaces<{ workspaceId: string; role: Role }>(
      'signing in finds the workspaces of a user',
      `select workspace_id as "workspaceId", role from memberships
       where user_id = ? and status = 'active' and (?::uuid is null or workspace_id = ?)
       order by id limit 1`,
      [userId, workspaceId ?? null, workspaceId ?? null],
    );
    return row ?? null;
  }
}
