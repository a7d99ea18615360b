import { isAtLeast, type Policy } from '#common/access';

/** Everybody reads tables, as they read sources; editors make and change them and what is in them. Accounts of other services are for admins. */
export const tablesPolicy: Policy = (actor, { can }) => {
  const here = { workspaceId: actor.workspaceId };
  const records = actor.tableId === undefined ? here : { ...here, tableId: actor.tableId };
  can('read', 'Table', here);
  can('read', 'Record', records);
  can('read', 'Import', here);
  can('read', 'Form', here);
  if (!isAtLeast(actor, 'editor')) return;
  can(['create', 'update', 'delete'], 'Table', here);
  can(['create', 'update', 'delete'], 'Record', records);
  can(['create', 'delete'], 'Import', here);
  can(['create', 'update', 'delete'], 'Form', here);
  can('read', 'TableConnection', here);
  if (isAtLeast(actor, 'admin')) can(['create', 'update', 'delete'], 'TableConnection', here);
};
