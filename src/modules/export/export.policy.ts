import { isAtLeast, type Policy } from '#common/access';

/**
 * Analysts may take out what they may read; whether they may read it is asked once more, of what is in the export. Where
 * files go by themselves is for editors to say.
 */
export const exportPolicy: Policy = (actor, { can }) => {
  if (!isAtLeast(actor, 'analyst')) return;
  const here = { workspaceId: actor.workspaceId };
  can(['create', 'read', 'delete'], 'Export', here);
  can('read', 'ExportSchedule', here);
  if (isAtLeast(actor, 'editor')) can(['create', 'update', 'delete', 'run'], 'ExportSchedule', here);
};
