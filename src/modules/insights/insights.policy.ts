import { isAtLeast, type Policy } from '#common/access';

/**
 * Analysts read insights, have them brought up to date and put them in order, and have reports sent to themselves; editors
 * also fix what is missing and choose the model that names topics. Administrators see and end what is sent to others.
 */
export const insightsPolicy: Policy = (actor, { can }) => {
  const here = { workspaceId: actor.workspaceId };
  if (isAtLeast(actor, 'analyst')) can(['read', 'run', 'update'], 'Insight', here);
  if (isAtLeast(actor, 'analyst'))
    can(['create', 'read', 'delete'], 'ReportSubscription', { ...here, userId: actor.userId });
  if (isAtLeast(actor, 'admin')) can(['read', 'delete'], 'ReportSubscription', here);
  if (isAtLeast(actor, 'editor')) can(['fix', 'configure'], 'Insight', here);
};
