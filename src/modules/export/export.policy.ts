import { isAtLeast, type Policy } from '#common/access';

/** Analysts may take out what they may read; whether they may read it is asked once more, of what is in the export. */
export const exportPolicy: Policy = (actor, { can }) => {
  if (!isAtLeast(actor, 'analyst')) return;
  const here = { workspaceId: actor.workspaceId };
  can(['create', 'read', 'delete'], 'Export', here);
};
