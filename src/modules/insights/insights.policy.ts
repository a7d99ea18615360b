import { isAtLeast, type Policy } from '#common/access';

/** Analysts read insights, have them brought up to date and put them in order; editors also fix what is missing. */
export const insightsPolicy: Policy = (actor, { can }) => {
  const here = { workspaceId: actor.workspaceId };
  if (isAtLeast(actor, 'analyst')) can(['read', 'run', 'update'], 'Insight', here);
  if (isAtLeast(actor, 'editor')) can('fix', 'Insight', here);
};
