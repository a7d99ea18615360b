import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { AccountsRepository } from './accounts.repository.js';
import { ApiKeysService } from './api-keys.service.js';

/** Actors as they are now, for what is done on somebody's behalf when they are not there. */
@Injectable()
export class ActorsService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly apiKeys: ApiKeysService,
  ) {}

  /** Null when the user is no active member any more, or the key was revoked or has expired. */
  async find({
    workspaceId,
    kind,
    id,
    userId,
  }: Pick<Actor, 'workspaceId' | 'kind' | 'id' | 'userId'>): Promise<Actor | null> {
    if (kind === 'apiKey') return this.apiKeys.findActorById(workspaceId, id);
    const membership = await this.accounts.findMembership(userId, workspaceId);
    return membership && { kind, id: userId, userId, workspaceId, role: membership.role };
  }
}
