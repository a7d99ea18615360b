/**
 * Owns users, workspaces, memberships, sessions, API keys and the audit log, and finds the actor behind each request.
 * Does not own what an actor may do with the subjects of other modules (see their policies).
 * Announces nothing yet.
 */
export { ActorsService } from './actors.service.js';
export { AuditLog } from './audit/audit-log.js';
export type { AuditActor, AuditedAct } from './audit/audit.types.js';
export { AuthModule } from './auth.module.js';
export { authPolicy } from './auth.policy.js';
export { Membership } from './entities/membership.entity.js';
export { User } from './entities/user.entity.js';
export { Workspace } from './entities/workspace.entity.js';
export type { Member } from './auth.types.js';
export { LiveStreamInterceptor } from './live-stream.interceptor.js';
export { Members } from './members.js';
export { TokenGuard } from './token.guard.js';
