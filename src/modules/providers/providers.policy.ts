import type { Policy } from '#common/access';

/** Everybody may see which models there are. */
export const providersPolicy: Policy = (actor, { can }) => {
  can('read', 'Model', { workspaceId: actor.workspaceId });
};
