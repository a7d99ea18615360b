import { isAtLeast, type Policy } from '#common/access';

/** API keys are the admins' business. */
export const authPolicy: Policy = (actor, { can }) => {
  if (isAtLeast(actor, 'admin')) {
    can(['create', 'read', 'delete'], 'ApiKey', { workspaceId: actor.workspaceId });
  }
};
