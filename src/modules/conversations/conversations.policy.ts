import { isAtLeast, type Policy } from '#common/access';

/** Everybody has conversations of their own; analysts read, sort, correct and answer in all of them, editors also take part and delete, administrators hold and erase. */
export const conversationsPolicy: Policy = (actor, { can }) => {
  const here = { workspaceId: actor.workspaceId };
  can(['read', 'chat', 'rate'], 'Conversation', { ...here, createdById: actor.id });
  if (isAtLeast(actor, 'analyst')) can(['read', 'rate'], 'Conversation', here);
  if (isAtLeast(actor, 'analyst')) can(['update', 'correct', 'reply', 'inspect'], 'Conversation', here);
  if (isAtLeast(actor, 'editor')) can(['chat', 'delete', 'import'], 'Conversation', here);
  if (isAtLeast(actor, 'admin')) {
    can('hold', 'Conversation', here);
    can(['create', 'read'], 'Erasure', here);
  }
};
