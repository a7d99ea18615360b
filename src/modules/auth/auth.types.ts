import type { Actor, Permission, Role } from '#common/access';
import type { ApiKey } from './entities/api-key.entity.js';
import type { User } from './entities/user.entity.js';
import type { Workspace } from './entities/workspace.entity.js';

/** What a new account is made of. */
export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly name?: string;
  readonly workspaceName: string;
}

/** A try to sign in; without `workspaceId` into the workspace that was joined first. */
export interface LoginAttempt {
  readonly email: string;
  readonly password: string;
  readonly workspaceId?: string;
}

/** From where a session is opened. */
export interface ClientFacts {
  readonly ip?: string;
  readonly userAgent?: string;
}

/** A pair of tokens; the refresh token works once. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Lifetime of the access token, in seconds. */
  readonly expiresIn: number;
}

/** Who signed in, and where. */
export interface SignedIn extends TokenPair {
  readonly user: User;
  readonly workspace: Workspace;
  readonly role: Role;
}

/** Somebody who belongs to a workspace now, and may do there what their role allows. */
export interface Member {
  readonly email: string;
  readonly actor: Actor;
}

/** Who an actor is. */
export interface Identity {
  readonly user: User;
  readonly workspace: Workspace;
  readonly actor: Actor;
}

/** What a key of one table may do with its records. */
export const TABLE_ACCESS = ['read', 'write'] as const;
export type TableAccess = (typeof TABLE_ACCESS)[number];

/** What a new key is to be. Without a role it gets its maker's. */
export interface ApiKeyDraft {
  readonly name: string;
  readonly role?: Role;
  readonly permissions?: readonly Permission[];
  /** For the records of this hosted table, and nothing else. */
  readonly tableId?: string;
  /** Of a key for one table, which has neither a role nor permissions of its own. */
  readonly access?: TableAccess;
  readonly expiresAt?: Date;
}

/** A new key together with its secret, which is never seen again. */
export interface NewApiKey {
  readonly apiKey: ApiKey;
  readonly secret: string;
}
