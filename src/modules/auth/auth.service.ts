import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { Passwords } from '#common/crypto';
import { UnitOfWork } from '#common/database';
import { AccountsRepository } from './accounts.repository.js';
import { WrongCredentials } from './auth.errors.js';
import type { ClientFacts, Identity, LoginAttempt, Registration, SignedIn, TokenPair } from './auth.types.js';
import { Membership } from './entities/membership.entity.js';
import { User } from './entities/user.entity.js';
import { Workspace } from './entities/workspace.entity.js';
import { SessionsService } from './sessions.service.js';

/** Signing up, in and out. */
@Injectable()
export class AuthService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly sessions: SessionsService,
    private readonly passwords: Passwords,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Makes a user, its workspace and a first session.
   * @throws EmailTaken
   */
  async register(registration: Registration, client: ClientFacts): Promise<SignedIn> {
    const passwordHash = await this.passwords.hash(registration.password);
    const { email, name = null } = registration;
    const user = new User({ email, name, passwordHash });
    const workspace = new Workspace(registration.workspaceName);
    return this.unitOfWork.run(async () => {
      await this.accounts.addUser(user);
      const owner = new Membership({ workspaceId: workspace.id, userId: user.id, role: 'owner' });
      await this.accounts.addWorkspace(workspace, owner);
      const tokens = await this.sessions.open(user.id, workspace.id, client);
      return { user, workspace, role: owner.role, ...tokens };
    });
  }

  /** @throws WrongCredentials also when the user is no active member of the workspace. */
  async login(attempt: LoginAttempt, client: ClientFacts): Promise<SignedIn> {
    const user = await this.accounts.findUserByEmail(attempt.email);
    const matches = await this.passwords.matches(attempt.password, user?.passwordHash);
    if (!user || !matches) throw new WrongCredentials();
    const membership = await this.accounts.findMembership(user.id, attempt.workspaceId);
    if (!membership) throw new WrongCredentials();
    const workspace = await this.accounts.getWorkspace(membership.workspaceId);
    const tokens = await this.sessions.open(user.id, workspace.id, client);
    return { user, workspace, role: membership.role, ...tokens };
  }

  /** @throws InvalidRefreshToken */
  refresh(refreshToken: string): Promise<TokenPair> {
    return this.sessions.refresh(refreshToken);
  }

  /** Ends the session of the actor; an API key has none, and nothing happens. */
  async logout(actor: Actor): Promise<void> {
    if (actor.sessionId) await this.sessions.close(actor.sessionId);
  }

  async describe(actor: Actor): Promise<Identity> {
    const [user, workspace] = [
      await this.accounts.getUser(actor.userId),
      await this.accounts.getWorkspace(actor.workspaceId),
    ];
    return { user, workspace, actor };
  }
}
