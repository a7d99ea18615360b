import { isAtLeast, type Policy } from '#common/access';

/** Everybody reads tables, as they read sources; editors make and change them and what is in them. */
export const tablesPolicy: Policy = (actor, { can }) => {
  const here = { workspaceId: actor.workspaceId };
  can('read', 'Table', here);
  can('read', 'Record', here);
  can('read', 'Form', here);
  if (!isAtLeast(actor, 'editor')) return;
  can(['create', 'update', 'delete'], 'Table', here);
  can(['create', 'update', 'delete'], 'Record', here);
  can(['create', 'update', 'delete'], 'Form', here);
};
