import { isAtLeast, type Policy } from '#common/access';

/** Everybody may see which models there are; what they cost is for those who work with them, keys are for admins. */
export const providersPolicy: Policy = (actor, { can }) => {
  const here = { workspaceId: actor.workspaceId };
  can('read', 'Model', here);
  if (isAtLeast(actor, 'analyst')) can('read', 'Usage', here);
  if (isAtLeast(actor, 'analyst')) can('read', 'Budget', here);
  if (!isAtLeast(actor, 'admin')) return;
  can(['create', 'read', 'update', 'delete'], 'ProviderCredential', here);
  can(['create', 'update', 'delete'], 'Budget', here);
  can('update', 'Model', here);
};
