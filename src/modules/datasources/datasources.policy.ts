import { isAtLeast, type Policy } from '#common/access';

/** Everybody sees sources; editors change and sync them. */
export const datasourcesPolicy: Policy = (actor, { can }) => {
  const here = { workspaceId: actor.workspaceId };
  can('read', 'Datasource', here);
  if (isAtLeast(actor, 'editor')) can(['create', 'update', 'delete', 'sync'], 'Datasource', here);
};
