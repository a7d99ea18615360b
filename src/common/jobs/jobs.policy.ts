import { isAtLeast, type Policy } from '#common/access';

/** Everybody sees how work goes; those who may start work may stop it and start it again. */
export const jobsPolicy: Policy = (actor, { can }) => {
  const here = { workspaceId: actor.workspaceId };
  can('read', 'Job', here);
  if (isAtLeast(actor, 'editor')) can(['cancel', 'retry'], 'Job', here);
};
