/**
 * Owns the notion of an actor, the evaluation of policies and the guard that denies by default.
 * Does not own who the actor is (see the auth module) nor what each policy says (see each module's policy file).
 * Announces nothing.
 */
export { Abilities, type RowFilter } from './abilities.js';
export {
  Can,
  CanEveryActor,
  CurrentActor,
  PERMISSION,
  Public,
  PUBLIC,
  type RequestWithActor,
  type RequiredPermission,
} from './access.decorators.js';
export { AccessModule } from './access.module.js';
export { type Actor, isAtLeast, type Permission, type Role, ROLES } from './actor.js';
export { PermissionGuard } from './permission.guard.js';
export type { Grant, Policy, RowCondition } from './policy.js';
