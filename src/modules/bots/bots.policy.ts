import { isAtLeast, type Policy } from '#common/access';

/** Everybody sees bots and chats with them; editors change them. */
export const botsPolicy: Policy = (actor, { can }) => {
  const here = { workspaceId: actor.workspaceId };
  can(['read', 'chat'], 'Bot', here);
  if (isAtLeast(actor, 'editor')) can(['create', 'update', 'delete'], 'Bot', here);
};
