import { Injectable } from '@nestjs/common';
import { AccountsRepository } from './accounts.repository.js';
import type { Member } from './auth.types.js';

/** Who belongs to a workspace, for what is done in their name while they are not there. */
@Injectable()
export class Members {
  constructor(private readonly accounts: AccountsRepository) {}

  /** Null when the user is no active member, or not any more. */
  async find(workspaceId: string, userId: string): Promise<Member | null> {
    const membership = await this.accounts.findMembership(userId, workspaceId);
    if (!membership) return null;
    const { email } = await this.accounts.getUser(userId);
    return { email, actor: { kind: 'user', id: userId, userId, workspaceId, role: membership.role } };
  }
}
