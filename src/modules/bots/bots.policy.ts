import { isAtLeast, type Policy } from '#common/access';

/** Everybody sees bots and chats with them; editors change them; administrators say what is kept of their talks. */
export const botsPolicy: Policy = (actor, { can }) => {
  const here = { workspaceId: actor.workspaceId };
  can(['read', 'chat'], 'Bot', here);
  if (isAtLeast(actor, 'editor')) can(['create', 'update', 'delete'], 'Bot', here);
  if (isAtLeast(actor, 'admin')) can('protect', 'Bot', here);
};
