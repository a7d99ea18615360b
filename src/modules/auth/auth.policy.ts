import { isAtLeast, type Policy } from '#common/access';

/** API keys, and who did what, are the admins' business. */
export const authPolicy: Policy = (actor, { can }) => {
  if (isAtLeast(actor, 'admin')) {
    can(['create', 'read', 'delete'], 'ApiKey', { workspaceId: actor.workspaceId });
    can('read', 'AuditLog', { workspaceId: actor.workspaceId });
  }
};
