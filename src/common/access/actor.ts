/** The built-in roles, most powerful first. */
export const ROLES = ['owner', 'admin', 'editor', 'analyst', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** `action Subject`, for example `create Bot`. */
export type Permission = `${string} ${string}`;

/** Who acts, and for which workspace. The first argument of every use case. */
export interface Actor {
  readonly kind: 'user' | 'apiKey';
  /** Id of the user, or of the API key. */
  readonly id: string;
  /** The user behind the action: the user itself, or the maker of the key. */
  readonly userId: string;
  readonly workspaceId: string;
  readonly role: Role;
  /** When set, the actor may do no more than this, whatever its role. */
  readonly permissions?: readonly Permission[];
  /** When set, the actor may act on what belongs to this hosted table only. */
  readonly tableId?: string;
  /** The session of a signed-in user. */
  readonly sessionId?: string;
}

/** Whether the actor's role is `role` or one above it. */
export function isAtLeast(actor: Pick<Actor, 'role'>, role: Role): boolean {
  return ROLES.indexOf(actor.role) <= ROLES.indexOf(role);
}
